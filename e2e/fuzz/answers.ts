import { mutated, split } from './mutate.ts';
import { below, oneOf, type Random } from './random.ts';

/** What an origin does with a request. */
export interface Reaction {
  readonly delayMs: number;
  readonly packets: readonly Buffer[];
  /** What comes then; `keep` is nothing. */
  readonly end: 'keep' | 'fin' | 'rst';
}

type Maker = (mark: string, random: Random) => string;

const fine = (fields: string, body: string) => `HTTP/1.1 200 OK\r\n${fields}\r\n${body}`;
const sized = (mark: string) => fine(`X-Mark: ${mark}\r\nContent-Length: ${mark.length}\r\n`, mark);

/** Answers as they should be. */
const good: readonly [Maker, ...Maker[]] = [
  sized,
  (mark, random) => fine(`Content-Length: ${mark.length + 90_000}\r\n`, mark + oneOf(random, ['x', '\xff']).repeat(90_000)),
  (mark) =>
    fine(
      `X-Mark: ${mark}\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n`,
      `${mark.length.toString(16)}\r\n${mark}\r\n0\r\nX-T: ${mark}\r\n\r\n`,
    ),
  (mark) => `HTTP/1.1 204 No Content\r\nX-Mark: ${mark}\r\n\r\n`,
  (mark) => `HTTP/1.1 103 Early Hints\r\nLink: </${mark}>\r\n\r\n${sized(mark)}`,
];

/** Answers that no origin should give. */
const bad: readonly [Maker, ...Maker[]] = [
  () => '',
  (mark, random) => fine(`Content-Length: ${mark.length + 1 + below(random, 1000)}\r\n`, mark),
  (mark) => fine('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', `${mark.length.toString(16)}\r\n${mark}\r\n0\r\n\r\n`),
  (mark) => fine('Content-Length: 2\r\nContent-Length: 3\r\n', mark),
  (mark) => fine('Content-Length: -1\r\n', mark),
  (mark) => fine(`Connection: close\r\nX-Mark: ${mark}\r\n`, mark),
  (mark) => fine('Transfer-Encoding: chunked\r\n', `5\r\n${mark}`),
  (mark) => fine('Transfer-Encoding: gzip, chunked\r\n', `${mark.length.toString(16)}\r\n${mark}\r\n0\r\n\r\n`),
  (mark, random) =>
    `${oneOf(random, ['HTTP/1.1 100 Continue', 'HTTP/1.1 102 Processing'])}\r\n\r\n`.repeat(1 + below(random, 300)) + sized(mark),
  (mark) => `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Mark: ${mark}\r\n\r\n\x81\x02hi`,
  (mark) => `HTTP/1.1 101 Switching Protocols\r\n\r\n${mark}`,
  (mark, random) => `HTTP/1.1 ${oneOf(random, ['099', '199', '600', '999', '2', '20x', ''])} ${mark}\r\nContent-Length: 0\r\n\r\n`,
  (mark, random) =>
    `${oneOf(random, ['HTTP/1.0', 'HTTP/2.0', 'ICE/1.0', 'HTTP/0.9', 'http/1.1'])} 200 OK\r\nX-Mark: ${mark}\r\n\r\n${mark}`,
  (mark, random) => fine(`X-Huge: ${'h'.repeat(below(random, 100_000))}\r\nContent-Length: ${mark.length}\r\n`, mark),
  (mark, random) => fine(`${'Set-Cookie: a=b\r\n'.repeat(below(random, 400))}Content-Length: ${mark.length}\r\n`, mark),
  (mark) => fine(`Content-Disposition: filename="отчёт-Müller\xfc.pdf"\r\nContent-Length: ${mark.length}\r\n`, mark),
  (mark) => fine(`bad name: x\r\n: y\r\nX\0: z\r\nX-Fold: a\r\n b\r\nContent-Length: ${mark.length}\r\n`, mark),
  (mark) => `HTTP/1.1 204 No Content\r\nContent-Length: ${mark.length}\r\n\r\n${mark}`,
  (mark) => `HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n${mark}`,
  (mark) => `HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: ${mark.length}\r\n\r\n${mark}`,
  (mark) => `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: ${mark.length}\r\n\r\n${mark}`,
  (mark) => sized(mark) + sized(mark),
  () => '\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80',
];

/**
 * The reaction that a seed leads to. Half of the answers are as they should be. What is not comes in one packet: bytes behind an
 * answer that come later, when its connection has been given to another request, look like that one's answer to everybody.
 */
export function reactionTo(mark: string, random: Random): Reaction {
  const delayMs = random() < 0.5 ? 0 : below(random, 40);
  if (random() < 0.5) {
    const bytes = Buffer.from(oneOf(random, good)(mark, random), 'latin1');
    return { delayMs, packets: split(bytes, random), end: random() < 0.8 ? 'keep' : 'fin' };
  }
  const bytes = mutated(Buffer.from(oneOf(random, random() < 0.5 ? good : bad)(mark, random), 'latin1'), random);
  return { delayMs, packets: bytes.length > 0 ? [bytes] : [], end: oneOf(random, ['keep', 'fin', 'rst']) };
}
