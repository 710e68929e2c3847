import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { inLab } from '../lab.ts';
import type { Scenario } from '../scenario.ts';

/** What half an hour brings at a hundred requests a second. */
const requests = 180_000;

/** Connections that it all comes over, at once. */
const connections = 64;

/** Sends so many requests as fast as they are answered; resolves with how many were answered 2xx and how many were not. */
async function sent(port: number): Promise<{ readonly good: number; readonly bad: number }> {
  const autocannon = fileURLToPath(import.meta.resolve('autocannon'));
  const words = ['--json', '--no-progress', '-a', String(requests), '-c', String(connections), `http://127.0.0.1:${port}/`];
  const child = spawn(process.execPath, [autocannon, ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const { '2xx': good, non2xx, errors } = JSON.parse(printed);
  return { good, bad: non2xx + errors };
}

export const longRun: Scenario = {
  name: 'long-run',
  title: 'half an hour’s worth of requests, as fast as they are answered',
  run: ({ checks }) =>
    inLab(async (lab) => {
      const { good, bad } = await sent(lab.port);
      checks.hold(`all of ${requests} requests are answered`, good === requests && bad === 0, `${good} answered, ${bad} not`);
      const counts = async () => {
        const { running, waiting, clients, origins } = await lab.counts();
        return { running, waiting, clients, inFlight: origins.map(({ inFlight }) => inFlight) };
      };
      await lab.until('every count is 0', async () =>
        Object.values(await counts())
          .flat()
          .every((count) => count === 0),
      );
      const picks = (await lab.counts()).origins.map((origin) => origin.picks);
      const sum = picks.reduce((all, each) => all + each, 0);
      checks.hold('every pick was counted', sum === requests, picks.join(' + '));
      checks.hold('the rotation was exact', Math.max(...picks) - Math.min(...picks) <= 1, picks.join(' + '));
      return {
        requests,
        failures: bad === 0 ? 'none' : String(bad),
        notes: 'nothing is in flight at the end, and each origin had its fourth of the picks',
      };
    }),
};
