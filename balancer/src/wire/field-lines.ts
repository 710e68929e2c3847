import { invalid } from './trouble.ts';

const [tab, lf, cr, space, colon] = [9, 10, 13, 32, 58];

/** By character code, whether it may stand in a field's name: a token (RFC 9110 §5.6.2). */
const isInName = charactersIn(/[!#$%&'*+\-.^_`|~0-9A-Za-z]/);

/** Whether it may stand in a field's value: what is visible, blanks, and bytes above ASCII (RFC 9110 §5.5). */
const isInValue = charactersIn(/[\t\x20-\x7e\x80-\xff]/);

/** The most fields of one message: each has a price of its own, and an origin chooses how short they are. */
const mostFields = 2000;

/** Fields that decide where a message ends, so that nothing about them may be in doubt. */
const isFraming = /^(?:content-length|transfer-encoding)$/i;

/**
 * Reads field lines (RFC 9112 §5), each ended by CR LF, from an index of a text of one character a byte, to its end: name, value, name,
 * value … as they were sent. A folded value comes with one blank for each fold (§5.2). Throws Trouble for what is no field line.
 */
export function fieldLinesIn(text: string, from: number): string[] {
  const fields: string[] = [];
  let at = from;
  while (at < text.length) {
    const nameEnd = endOf(isInName, text, at);
    if (nameEnd === at || text.charCodeAt(nameEnd) !== colon) throw invalid('a line of the header is no field');
    const name = text.slice(at, nameEnd);
    const valueEnd = valueEndIn(text, nameEnd + 1);
    fields.push(name, trimmed(text, nameEnd + 1, valueEnd));
    at = valueEnd + 2;
    if (isBlank(text.charCodeAt(at))) at = addFolds(fields, text, at);
    if (fields.length > 2 * mostFields) throw invalid(`more than ${mostFields} fields`);
  }
  return fields;
}

/** Adds the lines that go on with the latest value, each behind a blank; says where they end. */
function addFolds(fields: string[], text: string, from: number): number {
  const [name = '', value = ''] = fields.slice(-2);
  if (isFraming.test(name)) throw invalid(`a folded ${name}`);
  let [whole, at] = [value, from];
  while (isBlank(text.charCodeAt(at))) {
    const end = valueEndIn(text, at);
    whole += ` ${trimmed(text, at, end)}`;
    at = end + 2;
  }
  // A line that brought nothing but blanks leaves some at an end, where they are not of the value (RFC 9110 §5.5).
  fields[fields.length - 1] = trimmed(whole, 0, whole.length);
  return at;
}

/** Where the rest of a line ends that is (a part of) a value. */
function valueEndIn(text: string, from: number): number {
  const end = endOf(isInValue, text, from);
  if (text.charCodeAt(end) !== cr || text.charCodeAt(end + 1) !== lf) throw invalid('a control character in a field');
  return end;
}

/** Where a run of such characters ends. */
function endOf(characters: Uint8Array, text: string, from: number): number {
  let at = from;
  while (characters[text.charCodeAt(at)] === 1) at += 1;
  return at;
}

function trimmed(text: string, from: number, to: number): string {
  let [begin, end] = [from, to];
  while (begin < end && isBlank(text.charCodeAt(begin))) begin += 1;
  while (end > begin && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(begin, end);
}

function isBlank(code: number): boolean {
  return code === space || code === tab;
}

function charactersIn(kind: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (kind.test(String.fromCharCode(code)) ? 1 : 0));
}
