import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream, type ServerOptions } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Origin } from '../../../src/brain/select/origin.ts';
import { http2OriginAt } from './frames.ts';

/** A request of HTTP/2 as it arrived. */
export interface Arrived {
  readonly stream: ServerHttp2Stream;
  /** Name, value, name, value … */
  readonly raw: readonly string[];
  readonly path: string;
  /** All of its body, once that has ended. */
  readonly body: Promise<string>;
  /** What came behind it. */
  readonly trailers: Promise<readonly string[]>;
}

/** An origin that speaks HTTP/2 without TLS, by Node's own server. */
export interface Http2Origin {
  readonly origin: Origin;
  readonly server: Http2Server;
  readonly sessions: ServerHttp2Session[];
  readonly arrived: Arrived[];
  close(): Promise<void>;
}

/** Starts one; without a handler it answers every request with its path. */
export async function startHttp2Origin(handler?: (request: Arrived) => void, options: ServerOptions = {}): Promise<Http2Origin> {
  const arrived: Arrived[] = [];
  const sessions: ServerHttp2Session[] = [];
  const sockets: Socket[] = [];
  const server = createServer(options);
  server.on('connection', (socket) => sockets.push(socket.on('error', () => {})));
  server.on('session', (session) => sessions.push(session.on('error', () => {})));
  server.on('stream', (stream: ServerHttp2Stream, headers, _flags, raw) => {
    stream.on('error', () => {});
    const request: Arrived = { ...bodyOf(stream), stream, raw: raw as unknown as string[], path: headers[':path'] as string };
    arrived.push(request);
    if (handler) handler(request);
    else {
      stream.respond({ ':status': 200 });
      stream.end(request.path);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    ...{ origin: http2OriginAt((server.address() as AddressInfo).port), server, sessions, arrived },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function bodyOf(stream: ServerHttp2Stream): Pick<Arrived, 'body' | 'trailers'> {
  let text = '';
  let behind: readonly string[] = [];
  stream.on('data', (piece: Buffer) => {
    text += piece.toString('latin1');
  });
  stream.on('trailers', (_fields, _flags, raw) => {
    behind = raw as unknown as string[];
  });
  const ended = new Promise<void>((resolve) => stream.once('end', resolve));
  return { body: ended.then(() => text), trailers: ended.then(() => behind) };
}
