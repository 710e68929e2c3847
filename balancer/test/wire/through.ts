import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { originAt } from '../origins.ts';
import { type RoadOptions, roadOver, type TestRoad } from '../road.ts';
import { onTheWire } from '../wire.ts';

/** An origin made of bytes: it is asked once per connection, and answers with a socket in hand. */
export interface ByteOrigin {
  readonly port: number;
  /** Everything that arrived, over all connections, in order. */
  received(): string;
  /** How many connections there were. */
  connections(): number;
  close(): Promise<void>;
}

/** Starts an origin that calls `answer` with its connection each time that a request's header has arrived in full. */
export async function startByteOrigin(answer: (socket: Socket, request: string) => void): Promise<ByteOrigin> {
  let received = '';
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    let pending = '';
    sockets.push(socket);
    socket.on('error', () => {});
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
      pending += text;
      if (!pending.includes('\r\n\r\n')) return;
      const request = pending;
      pending = '';
      answer(socket, request);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as { port: number }).port,
    received: () => received,
    connections: () => sockets.length,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** What one request looks like behind the balancer, and its answer in front of it. */
export interface Passage {
  /** The request as the origin got it. */
  readonly request: string;
  /** The response as the client got it. */
  readonly response: string;
}

/** Sends the bytes of a request through a road of its own to an origin that replies with the given bytes. The client's connection must end. */
export async function through(
  request: string,
  reply = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  options: RoadOptions = {},
): Promise<Passage> {
  const origin = await startByteOrigin((socket) => socket.write(reply, 'latin1'));
  const road: TestRoad = roadOver([originAt(origin.port)], options);
  try {
    return { response: await onTheWire(road.server, request), request: origin.received() };
  } finally {
    await origin.close();
    await road.close();
  }
}

/** A GET whose connection ends with it, with the given fields (each `Name: value`). */
export function get(target: string, ...fields: string[]): string {
  return [`GET ${target} HTTP/1.1`, 'Host: shop.example', 'Connection: close', ...fields, '', ''].join('\r\n');
}

/** The header lines of a message, in order, without its first line. */
export function linesOf(message: string): string[] {
  return (message.split('\r\n\r\n', 1)[0] ?? '').split('\r\n').slice(1);
}

/** The values of a field in a message, in order; the name as it is on the wire. */
export function valuesOf(message: string, name: string): string[] {
  return linesOf(message)
    .filter((line) => line.startsWith(`${name}: `))
    .map((line) => line.slice(name.length + 2));
}
