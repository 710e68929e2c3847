import { mutated, split } from './mutate.ts';
import { below, oneOf, type Random } from './random.ts';
import { requestsFor } from './requests.ts';

/** What one connection brings. */
export interface Case {
  readonly port: 'public' | 'admin';
  readonly packets: readonly Buffer[];
  /** How long after each packet the next one is sent, in ms; at 0, in the next turn of the event loop. */
  readonly gapMs: number;
  /** What comes behind the last packet. */
  readonly end: 'fin' | 'rst' | 'silence';
  /** Whether the client reads what it is sent. */
  readonly reads: boolean;
}

/** The case of a number in a run; its mark names it in every target, so that an answer to another can be told. */
export function caseOf(number: number, random: Random): Case {
  const port = random() < 0.75 ? 'public' : 'admin';
  const whole = requestsFor(port, String(number), random);
  const bytes = random() < 0.65 ? mutated(whole, random) : random() < 0.3 ? whole.subarray(0, below(random, whole.length)) : whole;
  return {
    ...{ port, packets: split(bytes, random), gapMs: random() < 0.5 ? 0 : below(random, 20) },
    ...{ end: oneOf(random, ['fin', 'rst', 'silence']), reads: random() < 0.9 },
  };
}

/** A case as it can be read, and be given to `--input`. */
export function textOf({ packets, ...rest }: Case): string {
  return JSON.stringify({ ...rest, packets: packets.map((packet) => packet.toString('latin1')) });
}

/** The case in a text of `textOf`. */
export function caseIn(text: string): Case {
  const { packets, ...rest } = JSON.parse(text) as Omit<Case, 'packets'> & { packets: string[] };
  return { ...rest, packets: packets.map((packet) => Buffer.from(packet, 'latin1')) };
}
