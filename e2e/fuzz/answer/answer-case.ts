import { seeded } from '../../../balancer/src/brain/seeded.ts';
import { mutated } from '../mutate.ts';
import { calm, hashOf, oneOf } from '../random.ts';
import { answersFrom } from './grammar.ts';

/** What a connection to an origin brings, and what had been asked by it. */
export interface AnswerCase {
  readonly bytes: Buffer;
  readonly method: string;
  /** Whether the request asked for another protocol. */
  readonly upgrades: boolean;
}

/** The case of a number in a run; it depends on nothing but the seed and its number. */
export function answerCaseOf(number: number, seed: number): AnswerCase {
  const random = seeded(hashOf(String(number), seed));
  const method = oneOf(random, ['GET', 'GET', 'GET', 'GET', 'GET', 'POST', 'HEAD']);
  const upgrades = random() < 0.15;
  const whole = Buffer.from(answersFrom(random() < 0.4 ? calm(random) : random), 'latin1');
  return { method, upgrades, bytes: random() < 0.45 ? mutated(whole, random, 2) : whole };
}

/** A case as it can be read, and be given to `--answer`. */
export function textOfAnswer({ bytes, ...rest }: AnswerCase): string {
  return JSON.stringify({ ...rest, bytes: bytes.toString('latin1') });
}

/** The case in a text of `textOfAnswer`. */
export function answerCaseIn(text: string): AnswerCase {
  const { bytes, ...rest } = JSON.parse(text) as Omit<AnswerCase, 'bytes'> & { bytes: string };
  return { ...rest, bytes: Buffer.from(bytes, 'latin1') };
}
