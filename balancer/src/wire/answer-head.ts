import { fieldLinesIn } from './field-lines.ts';
import { invalid } from './trouble.ts';

/** The head of an answer: its status line and its fields, and what they say of the message and its connection. */
export interface AnswerHead {
  readonly status: number;
  /** The reason phrase, one character a byte. */
  readonly phrase: string;
  /** Name, value, name, value … as they were sent, one character a byte. */
  readonly fields: readonly string[];
  /** The body's length in bytes by Content-Length, where there is one. */
  readonly length: number | undefined;
  /** All of Transfer-Encoding, where there is one, in lower case. */
  readonly coding: string | undefined;
  /** All of Connection, where there is one, in lower case. */
  readonly connection: string | undefined;
  /** Whether the connection may be used again after this answer (RFC 9112 §9.3). */
  readonly persists: boolean;
  /** For how long the origin keeps an idle connection, in ms, where it says so. */
  readonly kept: number | undefined;
}

/** What the fields say of the message and its connection, as it is gathered. */
interface Said {
  length: number | undefined;
  coding: string | undefined;
  connection: string | undefined;
  keepAlive: string | undefined;
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([^\r\n\0]*))?\r\n/;

/**
 * Reads the head of an answer (RFC 9112 §4, §5, §6) from a text of one character a byte: all its lines, each with its CR LF, without the
 * empty one. Throws Trouble for what is no such head, and for one whose body could end in two places.
 */
export function answerHeadOf(text: string): AnswerHead {
  const [line, minor, status, phrase = ''] = statusLine.exec(text) ?? [];
  if (line === undefined) throw invalid('the status line');
  const fields = fieldLinesIn(text, line.length);
  const { length, coding, connection, keepAlive } = saidBy(fields);
  if (length !== undefined && coding !== undefined) throw invalid('both Content-Length and Transfer-Encoding');
  return {
    status: Number(status),
    phrase,
    fields,
    length,
    coding,
    connection,
    persists: persists(minor === '1', connection, coding),
    kept: keepAlive === undefined ? undefined : timeoutIn(keepAlive),
  };
}

function saidBy(fields: readonly string[]): Said {
  const said: Said = { length: undefined, coding: undefined, connection: undefined, keepAlive: undefined };
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    // Lengths tell most names apart from these, without a copy in lower case.
    if (name.length === 10 || name.length === 14 || name.length === 17) take(said, name.toLowerCase(), fields[i + 1] as string);
  }
  return said;
}

function take(said: Said, name: string, value: string): void {
  if (name === 'content-length') said.length = lengthOf(value, said.length);
  else if (name === 'transfer-encoding') said.coding = joined(said.coding, value);
  else if (name === 'connection') said.connection = joined(said.connection, value);
  else if (name === 'keep-alive') said.keepAlive = value;
}

function joined(before: string | undefined, value: string): string {
  const after = value.toLowerCase();
  return before === undefined ? after : `${before}, ${after}`;
}

/** A length is one number, said once: what says two things may mean either (RFC 9112 §6.3). */
function lengthOf(value: string, before: number | undefined): number {
  const length = Number(value);
  if (before !== undefined || !/^0*\d{1,16}$/.test(value) || !Number.isSafeInteger(length)) throw invalid('Content-Length');
  return length;
}

/** Chunks in an answer of HTTP/1.0 are a sign of a confused intermediary (RFC 9112 §6.1). */
function persists(isNew: boolean, connection: string | undefined, coding: string | undefined): boolean {
  if (connection === undefined) return isNew;
  if (connection === 'keep-alive') return isNew || coding === undefined;
  const options = connection.split(',').map((option) => option.trim());
  return !options.includes('close') && (isNew || (options.includes('keep-alive') && coding === undefined));
}

/** `timeout=5` in a Keep-Alive field, in ms. */
function timeoutIn(keepAlive: string): number | undefined {
  const [, seconds] = /(?:^|[\s,;])timeout\s*=\s*"?(\d{1,6})/i.exec(keepAlive) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
