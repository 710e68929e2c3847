import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { refuse } from './answer.ts';

/** The most bytes that can be asked for: 1 GiB. */
export const mostBytes = 1024 ** 3;

const line = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n';

/** Many whole lines, so that one piece goes on where the one before it ended. */
const piece = Buffer.from(line.repeat(1024));

/** Answers with so many bytes, as fast as the client takes them: the same line of 64 characters again and again. */
export function sendBytes(req: IncomingMessage, res: ServerResponse, count: string): void {
  const size = Number(count);
  if (!/^\d+$/.test(count) || size > mostBytes) {
    refuse(res, [`"${count}" is no number of bytes; give a whole number from 0 to ${mostBytes} (1 GiB)`]);
    return;
  }
  res.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': size });
  if (req.method === 'HEAD') res.end();
  // Whatever goes wrong is that the client left.
  else pipeline(Readable.from(pieces(size), { objectMode: false }), res, () => {});
}

function* pieces(size: number): Generator<Buffer> {
  for (let left = size; left > 0; left -= piece.length) yield left < piece.length ? piece.subarray(0, left) : piece;
}
