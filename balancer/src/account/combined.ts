import type { ExchangeRecord } from './record.ts';

/** Where the client got no whole answer: the number that nginx has for that, since the format has to have one. */
const noAnswer = 499;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A record as Apache's combined log format has it, for tools that read that; without its newline. */
export function combined({ client, time, method, target, protocol, status, bytesOut, referrer, userAgent }: ExchangeRecord): string {
  const line = quoted(`${method} ${target} ${protocol}`);
  return `${client} - - [${dateIn(time)}] ${line} ${status ?? noAnswer} ${bytesOut || '-'} ${quoted(referrer ?? '-')} ${quoted(userAgent ?? '-')}`;
}

/** `2026-01-02T03:04:05.678Z` → `02/Jan/2026:03:04:05 +0000`. */
function dateIn(time: string): string {
  return `${time.slice(8, 10)}/${months[Number(time.slice(5, 7)) - 1]}/${time.slice(0, 4)}:${time.slice(11, 19)} +0000`;
}

/** In quotes; what could end them or the line stands as its bytes do, as nginx writes that: `\x22`. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[^ !#-[\]-~]/g, bytesOf)}"`;
}

/** A field's characters are its bytes; what stands beyond them is ours. */
function bytesOf(letter: string): string {
  const bytes = Buffer.from(letter, letter.charCodeAt(0) > 0xff ? 'utf8' : 'latin1');
  return [...bytes].map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
