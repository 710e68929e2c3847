import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusal } from '../brain/exchange/refusals.ts';
import type { Ahead } from './ahead.ts';

/** A connection on which something else is spoken than HTTP/1.1. */
export interface Elsewhere {
  /** Takes nothing more, lets finish what runs, and closes then. */
  wind(): void;
  /** Ends whatever runs; no answer of which a part is missing may look whole. */
  cut(): void;
}

/** What runs on one connection. */
export interface Connection {
  /** The number of its client; nothing where it is not counted as anybody's. */
  client: number | undefined;
  /** How many requests were taken. */
  taken: number;
  /** How many of them have no whole response yet: one at the most. */
  running: number;
  /** Those that came while another ran, in their order. */
  readonly queue: ServerResponse[];
  /** How many bytes had come when the latest response was whole. */
  read: number;
  /** The response to the request that was taken last. */
  latest?: ServerResponse;
  /** Where something else than HTTP/1.1 is spoken on it; then `running` is how many requests run, and of what follows nothing is used. */
  elsewhere?: Elsewhere;
  /** What it has sent ahead, once it has. */
  ahead?: Ahead;
  /** Whether the head behind what runs took too long, as Node counts; but nobody has read on in the meantime. */
  isLate?: boolean;
  /** What is wrong with the bytes behind the latest request; told when that is answered. */
  complaint?: Refusal;
}

/** Whether a request was granted its upgrade: Node has nothing to do with its connection any more. */
export function isHandedOver(req: IncomingMessage & { upgrade?: boolean }): boolean {
  return req.upgrade === true;
}

/** Whether the body of the latest request is still coming, and somebody takes it, be it that the answer has ended before. */
export function isBodyTaken({ latest, complaint }: Connection): boolean {
  return complaint === undefined && latest?.req.complete === false && latest.req.listenerCount('data') > 0;
}
