import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, expect } from '@jest/globals';
import { originAt } from '../origins.ts';
import { roadOver, testInPlain } from '../road.ts';
import { until } from '../until.ts';
import { portOf } from '../wire.ts';
import { get, startByteOrigin } from './through.ts';
import { handshake, switching } from './web-sockets.ts';

const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** The timer that the system has on one end of a connection: 0 none, 1 to send again, 2 to ask whether the other end is there (proc_net_tcp(5)). */
function timerOf(near: number, far: number): string | undefined {
  const hex = (port: number) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => readFileSync(table, 'utf8').split('\n'));
  const columns = lines
    .map((line) => line.trim().split(/\s+/))
    .find(([, local, remote]) => local?.endsWith(hex(near)) && remote?.endsWith(hex(far)));
  return columns?.[5]?.slice(0, 2);
}

testInPlain('the test sees its own end of what is in between').each([
  ['a request', get('/').replace('Connection: close\r\n', ''), 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
  ['a WebSocket', handshake, switching],
])('the system asks both ends of %s now and then whether they are still there', async (_what, request, reply) => {
  const sockets: Socket[] = [];
  const origin = await startByteOrigin((socket) => {
    sockets.push(socket);
    socket.write(reply);
  });
  ends.push(origin.close);
  const road = roadOver([originAt(origin.port)]);
  ends.push(road.close);
  const port = await portOf(road.server);
  const client = connect(port, '127.0.0.1');
  ends.push(() => client.destroy());
  client.write(request);
  await once(client, 'data');
  const timers = () => ({
    client: timerOf(port, (client.address() as AddressInfo).port),
    origin: timerOf(sockets[0]?.remotePort ?? 0, origin.port),
  });
  await until(() => timers().client === '02' && timers().origin === '02', timers, 5000);
  expect(timers()).toEqual({ client: '02', origin: '02' });
});
