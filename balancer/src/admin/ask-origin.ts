import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Origin } from '../brain/select/origin.ts';

/** What an origin is asked on its own port, past the road that requests walk on. */
export interface Question {
  readonly method: string;
  readonly path: string;
  /** Sent as JSON, where there is one. */
  readonly body?: unknown;
}

/** What an origin answered. */
export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** An origin gave no answer that could be used; the message says which, and why. */
export class NoAnswer extends Error {}

/** How long an answer may take in all, in ms. */
const patience = 2000;

/** The longest answer that is read, in bytes. */
const longest = 16 * 1024;

/**
 * Asks an origin directly, on a connection of its own, with none of the fields that tell of a proxy: an origin lets nobody change
 * it who comes through one. A redirection is an answer like any other, and isn't followed. Rejects with NoAnswer.
 */
export function askOrigin({ id, url }: Origin, { method, path, body }: Question): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  if (/^h2c?:$/.test(url.protocol)) {
    reject(new NoAnswer(`${id} speaks HTTP/2, by which the admin side asks nobody`));
    return promise;
  }
  const bytes = body === undefined ? undefined : JSON.stringify(body);
  const ofBody = bytes === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(bytes) };
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const asked = send(new URL(path, url), { method, agent: false, headers: { 'User-Agent': 'balancer-admin', ...ofBody } });
  const late = setTimeout(() => asked.destroy(new NoAnswer(`${id} gave no answer within ${patience / 1000} s`)), patience);
  asked.on('error', (error) => reject(error instanceof NoAnswer ? error : new NoAnswer(`${id} can not be reached (${codeOf(error)})`)));
  // Also where neither came, as after a 101 that nobody asked for.
  asked.on('close', () => {
    clearTimeout(late);
    reject(new NoAnswer(`${id} broke off before its answer was whole`));
  });
  asked.on('response', (response) =>
    read(response, resolve, () => asked.destroy(new NoAnswer(`${id} answered more than ${longest} bytes`))),
  );
  asked.end(bytes);
  return promise;
}

/** Reads an answer whole, or finds that it is too long. */
function read(response: IncomingMessage, done: (answered: Answered) => void, tooLong: () => void): void {
  const pieces: Buffer[] = [];
  let size = 0;
  response.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size > longest) tooLong();
    else pieces.push(piece);
  });
  response.on('end', () => done({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString() }));
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}
