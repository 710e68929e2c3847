/**
 * How the reading of an answer ended: it was whole, it made the connection one of another protocol, what came is no answer, or the
 * connection ended before the answer did.
 */
export type Ending = 'whole' | 'upgraded' | 'refused' | 'cut';

/** What a reader made of the bytes of a connection. Texts have one character a byte. */
export interface Outcome {
  /** Of each interim answer, an empty name with its status and phrase, and its fields: name, value, name, value … */
  interim: string[];
  /** The final answer's status and phrase; nothing where there was none. */
  head: string;
  fields: readonly string[];
  body: string;
  trailers: readonly string[];
  ending: Ending;
  /** The code of what was wrong, where it was refused. */
  code: string;
  /** Whether it was whole before the connection ended. */
  endsItself: boolean;
  /** Whether the connection may be used again, by what the answer says. */
  persists: boolean;
  /** Whether nothing came that no answer accounts for. */
  isClean: boolean;
  /** The bytes behind the head of an answer that changed the protocol. */
  rest: string;
}

/** The outcome of reading nothing yet. */
export function unread(): Outcome {
  return {
    ...{ interim: [], head: '', fields: [], body: '', trailers: [], ending: 'cut', code: '' },
    ...{ endsItself: false, persists: false, isClean: true, rest: '' },
  };
}

/** The first part in which two outcomes of the same reader differ; nothing where they are the same. */
export function differenceIn(one: Outcome, other: Outcome): keyof Outcome | undefined {
  for (const part of Object.keys(one) as (keyof Outcome)[]) {
    if (!isSame(one[part], other[part])) return part;
  }
  return undefined;
}

/** Whether two parts of outcomes are the same. */
export function isSame(one: Outcome[keyof Outcome], other: Outcome[keyof Outcome]): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  return one.length === other.length && one.every((text, at) => text === other[at]);
}
