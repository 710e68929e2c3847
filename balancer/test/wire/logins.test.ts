import { createServer } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { originAt } from '../origins.ts';
import { roadOver } from '../road.ts';
import { until } from '../until.ts';
import { ask, Client } from './hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server that takes whoever comes by a connection for who has logged in by it, as Windows' servers do: in two rounds, as NTLM has them. */
async function windows() {
  const who = new WeakMap<object, string>();
  const connections = new Set<object>();
  const log = (socket: object, [scheme, name]: readonly string[]) => {
    if (scheme === 'NTLM' && name === 'hello') who.set(socket, '?');
    else if (scheme === 'NTLM' && who.get(socket) === '?') who.set(socket, name as string);
  };
  const server = createServer(({ socket, headers }, res) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    log(socket, headers.authorization?.split(' ') ?? []);
    const user = who.get(socket) ?? '?';
    const page = user === '?' ? 'who are you?' : `the page of ${user}`;
    res.setHeader('Content-Length', page.length);
    if (user === '?') res.writeHead(401, { 'WWW-Authenticate': ['Negotiate', 'NTLM'] });
    res.end(page);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  ends.push(() => server.close());
  return { origin: originAt((server.address() as { port: number }).port), connections: () => connections.size };
}

async function clientOf(road: ReturnType<typeof roadOver>) {
  const client = await Client.to(road.server);
  ends.push(() => client.leave());
  let before = 0;
  /** One request, and the body of its answer. */
  const get = async (...fields: string[]) => {
    client.send(ask('/', ...fields));
    await until(
      () => /(?:\?|page of \w+)$/.test(client.received.slice(before)),
      () => client.received.slice(before),
    );
    const answer = client.received.slice(before);
    before = client.received.length;
    return answer.slice(answer.indexOf('\r\n\r\n') + 4);
  };
  return { client, get };
}

async function logIn({ get }: Awaited<ReturnType<typeof clientOf>>, name: string): Promise<string> {
  await get();
  await get('Authorization: NTLM hello');
  return get(`Authorization: NTLM ${name}`);
}

test.each([1, 2])('who has logged in by a connection stays who it is, and nobody else is taken for it, with %i origins', async (count) => {
  const servers = await Promise.all(Array.from({ length: count }, windows));
  const road = roadOver(servers.map(({ origin }) => origin));
  ends.push(road.close);
  const [alice, bob] = [await clientOf(road), await clientOf(road)];
  expect(await logIn(alice, 'alice')).toBe('the page of alice');
  for (let i = 0; i < 4; i++) {
    expect(await bob.get()).toBe('who are you?');
    expect(await alice.get()).toBe('the page of alice');
  }
  expect(await logIn(bob, 'bob')).toBe('the page of bob');
  expect(await alice.get()).toBe('the page of alice');
});

test('the connection that somebody has logged in by ends with that client’s own', async () => {
  const server = await windows();
  const road = roadOver([server.origin]);
  ends.push(road.close);
  const alice = await clientOf(road);
  expect(await logIn(alice, 'alice')).toBe('the page of alice');
  expect(server.connections()).toBe(1);
  alice.client.leave();
  await until(() => server.connections() === 0, server.connections);
});
