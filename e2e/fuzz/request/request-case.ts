import { seeded } from '../../../balancer/src/brain/seeded.ts';
import { mutated } from '../mutate.ts';
import { calm, hashOf } from '../random.ts';
import { requestsFrom } from './grammar.ts';

/** The bytes that a client sends in a case of a number in a run; they depend on nothing but the seed and the number. */
export function requestBytesOf(number: number, seed: number): Buffer {
  const random = seeded(hashOf(`request ${number}`, seed));
  const whole = Buffer.from(requestsFrom(random() < 0.6 ? calm(random) : random), 'latin1');
  return random() < 0.3 ? mutated(whole, random, 2) : whole;
}

/** Bytes as they can be read, and be given to `--request`. */
export function textOfRequest(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1'));
}

/** The bytes in a text of `textOfRequest`. */
export function requestBytesIn(text: string): Buffer {
  return Buffer.from(JSON.parse(text) as string, 'latin1');
}
