import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import type { Asked } from './asked.ts';

/** What Node's own server makes of a client's bytes, with no setting but the longest head. */
export interface PlainReading {
  readonly requests: readonly Asked[];
  /** The code of what it could not read, if there was anything. */
  readonly error: string | undefined;
}

/** A connection in memory, which takes what is answered. */
class Wire extends Duplex {
  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}

/** Reads a client's bytes with Node's own server. */
export async function readPlainly(bytes: Buffer, longestHead: number): Promise<PlainReading> {
  const requests: { req: IncomingMessage; body: string }[] = [];
  let error: string | undefined;
  const wire = new Wire({ allowHalfOpen: true });
  const take = (req: IncomingMessage, res?: ServerResponse) => {
    const asked = { req, body: '' };
    requests.push(asked);
    req
      .on('error', () => {})
      .on('data', (piece: Buffer) => {
        asked.body += piece.toString('latin1');
      });
    req.once('end', () => res?.end());
  };
  const server = createServer({ maxHeaderSize: longestHead, requireHostHeader: false, requestTimeout: 0, headersTimeout: 0 }, take);
  server.on('checkExpectation', take);
  server.on('connect', (req) => take(req));
  server.on('clientError', (problem: Error & { code?: string }) => {
    error ??= problem.code ?? problem.message;
  });
  wire.on('error', () => {});
  server.emit('connection', wire);
  if (bytes.length > 0) wire.push(bytes);
  // All that can be answered is answered before the connection ends.
  for (let turns = 0; turns < 4; turns++) await new Promise(setImmediate);
  wire.push(null);
  for (let turns = 0; turns < 2; turns++) await new Promise(setImmediate);
  wire.destroy();
  server.closeAllConnections();
  return { error, requests: requests.map(({ req, body }) => askedOf(req, body)) };
}

function askedOf(req: IncomingMessage, body: string): Asked {
  return {
    ...{ method: req.method ?? '', target: req.url ?? '', version: `HTTP/${req.httpVersion}`, fields: req.rawHeaders },
    ...{ body, trailers: req.rawTrailers, isWhole: req.complete },
  };
}
