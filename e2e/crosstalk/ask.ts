import { below, oneOf, type Random } from '../fuzz/random.ts';

/** What an origin is asked to do with a request; the last words of its target say so. */
export const ways = [
  ...['fine', 'fine', 'fine', 'chunked', 'slow', 'informs', 'closes-after', 'big', 'early'],
  ...['breaks', 'closes', 'hangs', 'twice', 'head-body', 'smuggles'],
] as const;

export type Way = (typeof ways)[number];

/** A marked request. */
export interface Ask {
  /** Stands in its target, in a field and in its body, and in each part of its answer. */
  readonly mark: string;
  readonly method: string;
  readonly way: Way;
  readonly bytes: Buffer;
}

const methods = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const;

/** How a body is framed, by its kind. */
const framings: readonly [(body: string) => string, ...((body: string) => string)[]] = [
  (body) => `Content-Length: ${body.length}\r\n\r\n${body}`,
  (body) =>
    `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\nX-Mark: ${/k\d+-\d+;/.exec(body)?.[0]}\r\n\r\n`,
];

/** The request of a number on a connection of a number. */
export function askOf(connection: number, number: number, random: Random): Ask {
  const mark = `k${connection}-${number};`;
  const way = oneOf(random, ways as unknown as [Way, ...Way[]]);
  const method = way === 'head-body' ? 'HEAD' : way === 'smuggles' ? 'GET' : oneOf(random, methods);
  const head = `${method} /${mark}${way} HTTP/1.1\r\nHost: a\r\nX-Mark: ${mark}\r\n`;
  return { mark, method, way, bytes: Buffer.from(head + rest(mark, method, way, random), 'latin1') };
}

/** What stands behind the fields that all have. */
function rest(mark: string, method: string, way: Way, random: Random): string {
  // To an origin that doesn't read it as a body, it is a request whose last field swallows the next one's first line.
  if (way === 'smuggles') return framings[0](`GET /${mark}smuggled HTTP/1.1\r\nX-Swallow: `);
  const hasBody = method === 'POST' || method === 'PUT' || random() < 0.15;
  if (!hasBody) return '\r\n';
  return oneOf(random, framings)(mark.repeat(1 + below(random, random() < 0.1 ? 20_000 : 50)));
}

/** The body of an answer, whole. */
export function answerBody(mark: string, way: string): string {
  return mark.repeat(way === 'big' ? 40_000 : 20);
}

/** Every mark in a text. */
export function marksIn(text: string): string[] {
  return text.match(/k\d+-\d+;/g) ?? [];
}
