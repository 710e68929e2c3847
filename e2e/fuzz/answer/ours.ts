import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnswerHead } from '../../../balancer/src/wire/answer-head.ts';
import type { AnswerReader, AnswerSink } from '../../../balancer/src/wire/answer-reader.ts';
import type { AnswerCase } from './answer-case.ts';
import { type Outcome, unread } from './outcome.ts';

/** The class of a reader, which may be another checkout's. */
export type ReaderClass = typeof AnswerReader;

/** The reader of a checkout; of this one, where `tree` is empty. */
export async function readerOf(tree: string): Promise<ReaderClass> {
  const root = tree === '' ? new URL('../../../', import.meta.url) : pathToFileURL(`${resolve(tree)}/`);
  return ((await import(new URL('balancer/src/wire/answer-reader.ts', root).href)) as { AnswerReader: ReaderClass }).AnswerReader;
}

/** Notes what a reader says. */
class Noting implements AnswerSink {
  outcome: Outcome = unread();
  /** Whether the connection was told to be clean as the answer ended, which is when the next request may leave. */
  wasClean: boolean | undefined;
  isClean: () => boolean = () => true;

  interim({ status, phrase, fields }: AnswerHead): void {
    this.outcome.interim.push('', `${status} ${phrase}`, ...fields);
  }

  head({ status, phrase, fields, persists }: AnswerHead): void {
    this.outcome.head = `${status} ${phrase}`;
    this.outcome.fields = fields;
    this.outcome.persists = persists;
  }

  data(piece: Buffer): void {
    this.outcome.body += piece.toString('latin1');
  }

  end(trailers: readonly string[]): void {
    this.outcome.trailers = trailers;
    this.outcome.ending = 'whole';
    this.wasClean = this.isClean();
  }

  upgraded(head: AnswerHead, rest: Buffer): void {
    this.head(head);
    this.outcome.ending = 'upgraded';
    this.outcome.rest = rest.toString('latin1');
  }
}

/** Reads answers with our reader, which it uses again where a connection might be. */
export class OurReader {
  readonly #class: ReaderClass;
  readonly #longestHead: number;
  readonly #sink = new Noting();
  #reader: AnswerReader;

  constructor(readerClass: ReaderClass, longestHead: number) {
    this.#class = readerClass;
    this.#longestHead = longestHead;
    this.#reader = new readerClass(this.#sink);
    this.#sink.isClean = () => this.#reader.isClean;
  }

  /** The outcome of bytes that come in such pieces, and of the connection's end behind them. */
  read(pieces: readonly Buffer[], asked: AnswerCase): Outcome {
    const outcome = unread();
    this.#sink.outcome = outcome;
    this.#sink.wasClean = undefined;
    this.#reader.expect(asked, this.#longestHead);
    try {
      for (const piece of pieces) this.#take(piece, outcome);
      outcome.endsItself = outcome.ending !== 'cut';
      this.#reader.close();
    } catch (error) {
      const { code = `a mistake: ${error}` } = error as Error & { code?: string };
      outcome.ending = code === 'CLOSED' ? 'cut' : 'refused';
      outcome.code = code;
    }
    outcome.isClean = this.#reader.isClean;
    // Where a connection would be used again, so is its reader: nothing of one answer may be left for the next.
    if (!(outcome.ending === 'whole' && outcome.endsItself && outcome.isClean)) this.#reader = new this.#class(this.#sink);
    return outcome;
  }

  #take(piece: Buffer, outcome: Outcome): void {
    // Behind an upgrade, what comes is no matter of the reader's.
    if (outcome.ending === 'upgraded') outcome.rest += piece.toString('latin1');
    else this.#reader.read(piece);
    if (this.#sink.wasClean && !this.#reader.isClean) throw new Error('bytes behind the answer, and it was told to be clean');
    this.#sink.wasClean = undefined;
  }
}
