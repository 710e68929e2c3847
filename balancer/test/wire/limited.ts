import type { IncomingMessage } from 'node:http';
import { startOrigin, type TestOrigin } from '../origins.ts';
import { afterThose, type RoadOptions, roadOver, type TestRoad } from '../road.ts';
import { Client } from './hostile.ts';

/** What is closed when the tests that opened it are done. */
export const ends: (() => unknown)[] = [];
afterThose(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An origin of the file's. */
export async function origin(...args: Parameters<typeof startOrigin>): Promise<TestOrigin> {
  const started = await startOrigin(...args);
  ends.push(started.close);
  return started;
}

/** A road with an origin that answers at once. */
export async function road(...flags: string[]): Promise<TestRoad & { requests: IncomingMessage[] }> {
  const { origin: only, requests } = await origin();
  return { ...over([only], { flags }), requests };
}

/** A road of the file's. */
export function over(origins: Parameters<typeof roadOver>[0], options: RoadOptions): TestRoad {
  const built = roadOver(origins, options);
  ends.push(built.close);
  return built;
}

/** A client that leaves when all tests are done. */
export async function client(server: Parameters<typeof Client.to>[0]): Promise<Client> {
  const connected = await Client.to(server);
  ends.push(() => connected.leave());
  return connected;
}

/** An origin that answers a request only when it is told to. */
export async function slowOrigin() {
  const held: (() => void)[] = [];
  const onArrival = new Set<() => void>();
  let running = 0;
  let most = 0;
  const started = await origin((_req, res) => {
    running += 1;
    most = Math.max(most, running);
    held.push(() => {
      running -= 1;
      res.end('done');
    });
    for (const look of onArrival) look();
  });
  return {
    ...started,
    held,
    /** The most requests that it had at the same time. */
    most: () => most,
    /** Resolves once that many requests in all have arrived. */
    arrived: (count: number) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (held.length >= count) resolve();
        };
        onArrival.add(look);
        look();
      }),
    /** Answers that request and every later one, each as soon as it is there. */
    answerFrom: (index: number) => {
      let next = index;
      const look = () => {
        while (next < held.length) held[next++]?.();
      };
      onArrival.add(look);
      look();
    },
  };
}

/** So many of them. */
export async function clients(server: TestRoad['server'], count: number): Promise<Client[]> {
  const connected: Client[] = [];
  while (connected.length < count) connected.push(await client(server));
  return connected;
}
