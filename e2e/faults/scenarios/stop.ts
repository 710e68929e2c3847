import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { inLab, type Lab, listed } from '../lab.ts';
import type { LabOrigin } from '../lab-origin.ts';
import { nothingLost, type Scenario } from '../scenario.ts';
import { longest } from '../tally.ts';

/** Requests that run while the balancer is told to stop. */
const running = 31;

export const stopBusy: Scenario = {
  name: 'stop',
  title: `stop the balancer with ${running} requests of 1 s in flight`,
  run: (stage) =>
    inLab(async (lab) => {
      await Promise.all(lab.origins.map((origin) => origin.behave({ delayMs: 1000 })));
      const crowd = lab.crowd({ count: running, think: 0 });
      const inFlight = async () => (await lab.status()).reduce((sum, origin) => sum + origin.inFlight, 0);
      await lab.until(`${running} requests run`, async () => (await inFlight()) === running);
      const ended = crowd.stop();
      lab.balancer.signal('SIGTERM');
      await ended;
      const status = await lab.balancer.status();
      stage.checks.hold('the balancer exits with 0', status === 0, status);
      stage.checks.hold('all of them are answered', crowd.samples.length === running, crowd.samples.length);
      return nothingLost(stage, crowd.samples, 'exit status 0');
    }),
};

const handshake =
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** Opens WebSockets until each origin has one; returns a function that closes them. */
async function webSockets(lab: Lab): Promise<() => void> {
  const sockets = lab.origins.map(() => connect(lab.port, '127.0.0.1'));
  for (const socket of sockets) {
    socket.on('error', () => {}).resume();
    socket.write(handshake);
  }
  await lab.until('each origin has a WebSocket', async () => (await lab.status()).every(({ inFlight }) => inFlight >= 1));
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

export const drain: Scenario = {
  name: 'drain',
  title: 'drain one with a WebSocket open, then enable it',
  run: (stage) =>
    inLab(
      async (lab) => {
        const hangUp = await webSockets(lab);
        const crowd = lab.crowd();
        await delay(500);
        const [victim] = lab.origins as [LabOrigin];
        await lab.admin(`/api/origins/${victim.id}/drain`, 'POST');
        const begun = performance.now();
        await lab.comes(victim, 'drained');
        const drained = performance.now();
        await delay(500);
        const toVictim = crowd.sent(begun + 50).filter(({ body }) => body === String(victim.port));
        await lab.admin(`/api/origins/${victim.id}/enable`, 'POST');
        await crowd.first(performance.now(), ({ body }) => body === String(victim.port), `a request to ${victim.id}`);
        hangUp();
        await crowd.stop();
        const took = Math.round(drained - begun);
        stage.checks.hold('the WebSocket ends the drain after its timeout of 1 s', took > 900 && took < 3000, `${took} ms`);
        stage.checks.hold('nothing new goes to it meanwhile', toVictim.length === 0, toVictim.length);
        return nothingLost(stage, crowd.samples, `longest ${Math.round(longest(crowd.samples))} ms`);
      },
      (origins) => [...listed(origins), '--drain-timeout=1s'],
    ),
};
