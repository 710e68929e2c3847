import { type ClientHttp2Stream, connect } from 'node:http2';
import type { Socket } from 'node:net';
import { isSecure } from '../wire/address.ts';

/** What is asked by HTTP/2. */
export interface Http2Question {
  readonly method: string;
  /** What it says as the host that is asked; without it, the address says that. */
  readonly host: string | undefined;
  /** By their names in lower case. */
  readonly fields: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Whether the head of the answer is all that matters. */
  readonly isHeadEnough?: boolean;
}

/** What was answered. */
export interface Http2Answer {
  readonly status: number;
  readonly body: Buffer;
  /** The fields of the head, and those behind the body, by their names. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The longest body of an answer that is read, in bytes. */
const longest = 64 * 1024;

/**
 * Asks one question by HTTP/2 at an address, on a connection that was made for it and is closed then. Rejects with what went wrong, in a few words
 * or with a code; also where somebody closes the connection before.
 */
export function askByHttp2(
  socket: Socket,
  url: URL,
  { method, host = url.host, fields, body, isHeadEnough }: Http2Question,
): Promise<Http2Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Http2Answer>();
  const scheme = isSecure(url) ? 'https' : 'http';
  socket.on('error', (error) => reject(plain(error))).on('close', () => reject(new Error('gave no answer')));
  const session = connect(`${scheme}://origin`, { createConnection: () => socket, settings: { enablePush: false } });
  session.on('error', (error) => reject(plain(error)));
  const head = { ':method': method, ':scheme': scheme, ':authority': host, ':path': `${url.pathname}${url.search}` };
  const asked = session.request({ ...head, ...fields }, { endStream: body === undefined });
  asked.on('error', (error) => reject(plain(error)));
  if (isHeadEnough) asked.on('response', (head) => resolve({ status: head[':status'] ?? 0, body: Buffer.of(), fields: head }));
  read(asked, resolve, (problem) => reject(new Error(problem)));
  if (body) asked.end(body);
  return promise.finally(() => {
    session.destroy();
    socket.destroy();
  });
}

function read(asked: ClientHttp2Stream, answered: (answer: Http2Answer) => void, failed: (problem: string) => void): void {
  const pieces: Buffer[] = [];
  let [size, status] = [0, 0];
  let fields: Record<string, unknown> = {};
  asked.on('response', (head) => {
    status = head[':status'] ?? 0;
    fields = { ...head };
  });
  asked.on('trailers', (trailers) => {
    fields = { ...fields, ...trailers };
  });
  asked.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size > longest) failed('answered too much');
    else pieces.push(piece);
  });
  asked.on('end', () => {
    if (status !== 0 && asked.rstCode === 0) answered({ status, body: Buffer.concat(pieces), fields });
  });
  asked.on('close', () => failed('gave no answer'));
}

/** Who breaks HTTP/2 in his first answer speaks something else; Node's own words for that would help nobody. */
function plain(error: NodeJS.ErrnoException): Error {
  if (error.code === 'ERR_HTTP2_STREAM_ERROR') return new Error(error.message.replace(/^.*NGHTTP2_/, 'stream ended with '));
  return error.code?.startsWith('ERR_HTTP2_') ? new Error('no HTTP/2') : error;
}
