import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerJson } from './answer.ts';

/** The longest body that is shown, in bytes; of a longer one only its length is. */
const longestShown = 16 * 1024;

/** Answers with the request as it arrived here, to see what a balancer made of it. */
export function echo(req: IncomingMessage, res: ServerResponse): void {
  const pieces: Buffer[] = [];
  let bytes = 0;
  req.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= longestShown) pieces.push(piece);
    else pieces.length = 0;
  });
  req.on('end', () =>
    answerJson(res, 200, { ...headOf(req), body: bodyOf(bytes, Buffer.concat(pieces)), trailers: pairs(req.rawTrailers) }),
  );
}

function headOf({ method, url = '', httpVersion, rawHeaders, socket }: IncomingMessage) {
  const [path = '', ...query] = url.split('?');
  return {
    client: { address: socket.remoteAddress, port: socket.remotePort },
    httpVersion,
    method,
    path,
    query: query.join('?'),
    fields: pairs(rawHeaders),
  };
}

/** The length of a body and, where it is whole and UTF-8, its text. */
function bodyOf(bytes: number, body: Buffer): { bytes: number; text?: string } {
  return body.length === bytes && isUtf8(body) ? { bytes, text: body.toString() } : { bytes };
}

/** Name, value, name, value … as pairs, which keep order and repetition. */
function pairs(flat: readonly string[]): string[][] {
  return flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : []));
}
