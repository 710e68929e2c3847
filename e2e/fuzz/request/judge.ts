import { setTimeout as delay } from 'node:timers/promises';
import { type Answered, answeredIn } from './answered.ts';
import type { Asked } from './asked.ts';
import { spoken } from './client.ts';
import { knownCuts } from './cuts.ts';
import { digestOf, followed, type RequestJudgement } from './meaning.ts';
import { type PlainReading, readPlainly } from './plain.ts';
import type { Recorder } from './recorder.ts';

/** What came of bytes that were sent in one way. */
interface Outcome {
  readonly answers: readonly Answered[];
  readonly got: readonly Asked[];
  /** How the client's connection ended. */
  readonly fate: string;
}

/** The longest head that both take, in bytes: what the balancer has for the target and for the fields. */
const longestHead = (16 + 8) * 1024;

/** By when the connection of a client that says no more must be closed, in ms: long before an idle one would be, on a busy machine too. */
const soon = 10_000;

/** Judges what a balancer makes of bytes from clients. */
export class RequestJudge {
  readonly #port: number;
  readonly #recorder: Recorder;
  #clients = 0;

  constructor(port: number, recorder: Recorder) {
    this.#port = port;
    this.#recorder = recorder;
  }

  /** `ways` are further ways to cut the bytes, by where. */
  async judge(bytes: Buffer, ways: readonly (readonly number[])[]): Promise<RequestJudgement> {
    const plain = await readPlainly(bytes, longestHead);
    try {
      const whole = await this.#sent(bytes, [], plain);
      const judged = followed(plain, whole.answers, whole.got);
      const fault =
        (judged.fault && `${judged.fault} (${whole.fate})`) ??
        (await this.#cutIn(bytes, ways, plain, whole)) ??
        (await this.#slow(bytes, ways));
      return { ...judged, fault };
    } catch (error) {
      return { forwarded: 0, refusals: [], fault: (error as Error).message };
    }
  }

  /** Where it matters how the bytes are cut, if anywhere. */
  async #cutIn(bytes: Buffer, ways: readonly (readonly number[])[], plain: PlainReading, whole: Outcome): Promise<string | undefined> {
    if (knownCuts.some(({ holds }) => holds(bytes, plain))) return undefined;
    for (const cuts of ways) {
      const cut = await this.#sent(bytes, cuts, plain);
      const difference = differenceIn(whole, cut, plain.requests.length);
      if (difference !== undefined) return `cut at ${cuts} there is another outcome: ${difference} (${whole.fate}; ${cut.fate})`;
    }
    return undefined;
  }

  /** Whether the connection stays open, every time, though its client has ended: behind all of the bytes, or where they were cut first. */
  async #slow(bytes: Buffer, ways: readonly (readonly number[])[]): Promise<string | undefined> {
    for (const end of [bytes.length, ways[0]?.[0] ?? 0]) {
      let lasted = Number.POSITIVE_INFINITY;
      for (let times = 0; lasted > soon && times < 4; times++) {
        ({ lasted } = await spoken([bytes.subarray(0, end)], { port: this.#port, address: this.#nextAddress(), gap: 0 }));
      }
      if (lasted > soon) return `open ${Math.round(lasted)} ms after the client's end behind ${end} bytes`;
    }
    return undefined;
  }

  async #sent(bytes: Buffer, cuts: readonly number[], plain: PlainReading): Promise<Outcome> {
    const pieces = [0, ...cuts].map((from, number) => bytes.subarray(from, cuts[number]));
    const address = this.#nextAddress();
    const methods = plain.requests.map(({ method }) => method);
    const whole = plain.requests.filter(({ isWhole }) => isWhole).length;
    // Who ends in the middle of a request has left, and what it asked before may be given up.
    const until = isCut(plain) ? (received: string) => countIn(received, methods) >= whole : undefined;
    const seen = await spoken(pieces, { port: this.#port, address, gap: pieces.length > 8 ? 0 : 2, until });
    // What an origin gets is read in the same process, and before the answer to it is written.
    await delay(0);
    return { answers: answeredIn(seen.received, methods), got: this.#recorder.taken(address).whole, fate: seen.fate };
  }

  /** Each connection has an address of its own, so that it is known at the origin whose a request is. */
  #nextAddress(): string {
    this.#clients += 1;
    return `127.${1 + (this.#clients >> 16)}.${(this.#clients >> 8) & 255}.${this.#clients & 255}`;
  }
}

/** How many final answers have come whole. */
function countIn(received: string, methods: readonly string[]): number {
  try {
    return answeredIn(received, methods).length;
  } catch {
    return 0;
  }
}

/** Whether the bytes end within a request. */
function isCut({ requests, error }: PlainReading): boolean {
  return error === 'HPE_INVALID_EOF_STATE' || (error === undefined && requests.at(-1)?.isWhole === false);
}

/**
 * What an answer tells, wherever the bytes were cut. Where several things are wrong with a request, it depends on how much of it has come which of
 * them is told; and that a method is not known can be told only where its line came in one piece.
 */
function toldBy({ status, body }: Answered): string {
  return status >= 400 ? 'a refusal' : body || String(status);
}

/** A client that has said its last need not be told that something behind all its requests can't be read. */
function differenceIn(one: Outcome, other: Outcome, requests: number): string | undefined {
  const answers = [one, other].map(({ answers }) => JSON.stringify(answers.slice(0, requests).map(toldBy)));
  if (answers[0] !== answers[1]) return `answers ${answers.join(' and ')}`;
  const got = [one, other].map(({ got }) => JSON.stringify(got.map(digestOf)));
  return got[0] === got[1] ? undefined : `at the origin ${got.join(' and ')}`;
}
