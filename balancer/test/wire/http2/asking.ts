import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import type { RoadOptions, TestRoad } from '../../road.ts';
import { urlOf } from '../../wire.ts';
import { ends, origin, over } from '../limited.ts';

/** An answer as a client of HTTP/2 gets it. */
export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: IncomingHttpHeaders | undefined;
  /** The interim answers. */
  readonly interim: IncomingHttpHeaders[];
  /** What the stream was closed with. */
  readonly code: number | undefined;
}

/** A road that speaks HTTP/2 with who begins with it. */
export function roadOfBoth(origins: Parameters<typeof over>[0], options: RoadOptions = {}): TestRoad {
  return over(origins, { ...options, flags: ['--h2c=on', ...(options.flags ?? [])] });
}

/** A road of one origin that answers so; and what it was asked. It has flags, or a patience in ms. */
export async function roadTo(handler?: Parameters<typeof origin>[0], ...given: (string | number)[]) {
  const started = await origin(handler);
  const flags = given.filter((flag) => typeof flag === 'string');
  const [patience = 5000] = given.filter((flag) => typeof flag === 'number');
  return { ...roadOfBoth([started.origin], { flags, patience }), requests: started.requests, origin: started };
}

/** Node's own client, connected to a road. It leaves when the tests that use it are done. */
export async function clientOf({ server }: Pick<TestRoad, 'server'>): Promise<ClientHttp2Session> {
  const session = connect(await urlOf(server));
  session.on('error', () => {});
  ends.push(() => session.destroy());
  return session;
}

/** Asks, and resolves when the stream is closed, however it is. */
export function ask(client: ClientHttp2Session, headers: OutgoingHttpHeaders = {}, body?: string | Buffer): Promise<Answer> {
  const stream = client.request({ ':path': '/', ...headers }, { endStream: body === undefined });
  const answer = answerOf(stream);
  if (body !== undefined) stream.end(body);
  return answer;
}

/** Resolves with what came on a stream when it is closed, however it is. */
export function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  const interim: IncomingHttpHeaders[] = [];
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders | undefined;
  let body = '';
  stream
    .setEncoding('latin1')
    .on('headers', (fields) => void interim.push(fields))
    .on('response', (fields) => {
      headers = fields;
    })
    .on('trailers', (fields) => {
      trailers = fields;
    })
    .on('data', (text: string) => {
      body += text;
    })
    .on('error', () => {});
  return new Promise((resolve) => {
    stream.on('close', () => {
      const status = headers[':status'] as number | undefined;
      resolve({ ...{ status, headers, body, trailers, interim }, code: stream.rstCode });
    });
  });
}
