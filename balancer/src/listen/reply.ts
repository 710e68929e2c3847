import type { Duplex } from 'node:stream';

/** What a request is answered with, by whatever version of HTTP. Fields are name, value, name, value …, each character a byte. */
export interface Reply {
  /** The status that was told, or will be. */
  readonly status: number;
  /** Whether the client is told a final status already. */
  readonly hasBegun: boolean;
  /** How many bytes of a body it has had to send so far. */
  readonly sent: number;
  /** Whether nothing more can be said: it is ended, or nobody is there to hear it. */
  readonly isOver: boolean;
  /** Whether it is over for good, and who asked for that was told. */
  readonly isClosed: boolean;
  /** Whether all of it has been handed over to the client's system. */
  readonly isWhole: boolean;
  /** Whether it was ended since its client takes nothing. */
  readonly isUnheard: boolean;
  /** Tells an interim status (RFC 9110 §15.2); says whether the client takes more for now. */
  interim(status: number, fields: string[]): boolean;
  /**
   * Begins the final answer; `full` is called whenever the client takes no more for now. It leaves at the end of this turn of the event
   * loop, with what has come of the body by then. Throws what is wrong with the fields; then another may be begun.
   */
  begin(status: number, phrase: string, fields: string[], full: () => void): void;
  /** A piece of the body. */
  send(piece: Buffer): void;
  /** The body has ended; fields behind it, where the client can be told some. */
  finish(trailers: readonly string[]): void;
  /** Takes back what has not left yet: it will not be whole. */
  takeBack(): void;
  /** Answers at once, and with a body that is there in whole. */
  answer(status: number, phrase: string, fields: string[], body: string | Buffer): void;
  /** Grants the upgrade; from now on the client's connection is the caller's. */
  upgrade(fields: readonly string[]): Duplex;
  /** No further request is taken from this connection; the client is told, where it still can be. */
  sayLast(): void;
  /**
   * Ends an answer that can't become whole. One that has begun ends with a reset: to a client that reads up to the close (RFC 9112
   * §6.3) an orderly end would make it look whole, and a cache in front of us would keep it.
   */
  breakOff(): void;
  /** Calls back once the client takes more again. */
  whenTaken(goOn: () => void): void;
  /** Calls back once it is over, whole or not, in the order in which that was asked for; at once, if it is. */
  whenClosed(told: () => void): void;
}
