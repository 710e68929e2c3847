import { anatomyOf, textOf } from './anatomy.ts';
import type { AnswerCase } from './answer-case.ts';
import { type Difference, differences } from './differences.ts';
import { OurReader, type ReaderClass } from './ours.ts';
import { differenceIn, isSame, type Outcome } from './outcome.ts';
import { theirs } from './theirs.ts';

/** What came of a case: both readers agree, or differ in ways that are known, or there is a fault. */
export interface Judgement {
  /** Whether ours took it. */
  readonly isTaken: boolean;
  readonly differences: readonly Difference[];
  readonly fault?: string;
}

/** The longest head that both readers take, in bytes. */
const longestHead = 16 * 1024;

/** What two readers must agree in, once an answer is whole. */
const parts = ['ending', 'interim', 'head', 'fields', 'body', 'trailers', 'endsItself', 'rest'] as const satisfies (keyof Outcome)[];

/** Judges what our reader makes of answers: by itself, with the bytes cut in every way, and by llhttp. */
export class Judge {
  readonly #ours: OurReader;

  constructor(readerClass: ReaderClass) {
    this.#ours = new OurReader(readerClass, longestHead);
  }

  async judge(asked: AnswerCase): Promise<Judgement> {
    const whole = this.#ours.read([asked.bytes], asked);
    const isTaken = takes(whole);
    const fault = mistakeIn(whole, asked) ?? this.#cutIn(whole, asked);
    if (fault !== undefined) return { isTaken, differences: [], fault };
    const other = await theirs(asked, longestHead);
    if (disagreement(whole, other) === undefined) return { isTaken, differences: [] };
    return { isTaken, ...(await this.#explained(asked, whole, other)) };
  }

  /** Where it matters how the bytes are cut, if anywhere. */
  #cutIn(whole: Outcome, asked: AnswerCase): string | undefined {
    const { bytes } = asked;
    for (let at = 1; at < bytes.length; at++) {
      const part = differenceIn(whole, this.#ours.read([bytes.subarray(0, at), bytes.subarray(at)], asked));
      if (part) return `cut in two it is read in another way: ${part}`;
    }
    const part = differenceIn(
      whole,
      this.#ours.read(
        Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)),
        asked,
      ),
    );
    return part && `cut in single bytes it is read in another way: ${part}`;
  }

  /** The known differences which, taken out of the bytes, leave two readings that agree; each alone, else more and more of them. */
  async #explained(asked: AnswerCase, ours: Outcome, other: Outcome): Promise<Pick<Judgement, 'differences' | 'fault'>> {
    const all = new Set<Difference>();
    // One may hide another, or show it.
    for (const each of differences) mended(asked, [each], all);
    mended(asked, differences, all);
    const present = differences.filter((each) => all.has(each));
    const more = present.map((_, at) => present.slice(0, at + 1)).slice(1);
    let left = disagreement(ours, other);
    for (const some of [...present.map((each) => [each]), ...more]) {
      left = await this.#leftWithout(some, asked, ours);
      if (left === undefined) return { differences: some };
    }
    return { differences: present, fault: `llhttp reads it in another way: ${left}` };
  }

  /** What is left to be explained once some differences are taken out. */
  async #leftWithout(some: readonly Difference[], asked: AnswerCase, ours: Outcome): Promise<string | undefined> {
    const without = { ...asked, bytes: mended(asked, some) };
    const other = await theirs(without, longestHead);
    const left = disagreement(this.#ours.read([without.bytes], without), other);
    if (left !== undefined) return left;
    if (some.some(({ ours: does }) => does === 'refuses')) return takes(ours) ? 'ours takes what it should refuse' : undefined;
    const forget = (outcome: Outcome) => some.reduce((rest, { forget: part }) => part?.(rest) ?? rest, outcome);
    return disagreement(forget(ours), forget(other));
  }
}

/** The bytes without what some differences are about, as often as one shows another; notes which were there. */
function mended(asked: AnswerCase, some: readonly Difference[], there = new Set<Difference>()): Buffer {
  let { bytes } = asked;
  for (let times = 0; times < 10; times++) {
    const before = bytes;
    for (const difference of some) {
      const anatomy = anatomyOf(bytes, asked.method);
      difference.mend(anatomy, asked);
      const after = Buffer.from(textOf(anatomy), 'latin1');
      if (!after.equals(bytes)) there.add(difference);
      bytes = after;
    }
    if (bytes.equals(before)) break;
  }
  return bytes;
}

const takes = ({ ending }: Outcome) => ending === 'whole' || ending === 'upgraded';

/** In what two readings disagree; refused or cut is the same, since neither is an answer. */
function disagreement(ours: Outcome, other: Outcome): string | undefined {
  if (!takes(ours) && !takes(other)) return undefined;
  if (takes(ours) !== takes(other)) return `${said(ours)} here, ${said(other)} there`;
  const part =
    parts.find((each) => !isSame(ours[each], other[each])) ??
    (ours.ending === 'whole' && ours.endsItself && ours.persists !== other.persists ? 'persists' : undefined);
  return part && `${part}: ${JSON.stringify(ours[part])} here, ${JSON.stringify(other[part])} there`;
}

const said = ({ ending, code }: Outcome) => (code ? `${ending} (${code})` : ending);

/** What can't be right about a reading, whoever else would read it so. */
function mistakeIn(outcome: Outcome, { bytes, method }: AnswerCase): string | undefined {
  if (outcome.code.startsWith('a mistake')) return outcome.code;
  if (outcome.ending === 'whole' && outcome.endsItself && outcome.isClean && anatomyOf(bytes, method).behind !== '') {
    return 'the connection counts as clean with bytes behind its answer';
  }
  return undefined;
}
