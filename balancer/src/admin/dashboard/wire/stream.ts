import type { Events } from '../../api.ts';
import { backOff } from './back-off.ts';
import { EventParser } from './event-parser.ts';
import { credentials } from './token.ts';

/** Any event of the stream, with its name. */
export type AnyEvent = { [Name in keyof Events]: { readonly name: Name; readonly data: Events[Name] } }[keyof Events];

/** How the page stands with the balancer. */
export type Connection = 'connecting' | 'live' | 'lost' | 'locked';

/** Who is told of events and of the connection. */
export interface Listener {
  readonly event: (event: AnyEvent) => void;
  readonly connection: (state: Connection) => void;
}

/** Nothing for so long, in ms, means that the connection is dead: there is news at least once a second. */
const longestSilence = 5000;

/** A refusal for want of a token. */
class Locked extends Error {}

/**
 * Follows `GET /api/events` and connects again when it breaks, later each time. Stops when a token is needed; call it again
 * then. Each connection begins with a snapshot, which replaces everything.
 */
export async function follow(listener: Listener): Promise<void> {
  let failures = 0;
  const heard = () => {
    failures = 0;
    listener.connection('live');
  };
  for (;;) {
    listener.connection(failures === 0 ? 'connecting' : 'lost');
    try {
      await listen(listener, heard);
    } catch (error) {
      if (error instanceof Locked) return listener.connection('locked');
    }
    listener.connection('lost');
    await new Promise((resolve) => setTimeout(resolve, backOff(failures, Math.random())));
    failures += 1;
  }
}

/** Listens until the stream ends or falls silent. */
async function listen({ event }: Listener, heard: () => void): Promise<void> {
  const quit = new AbortController();
  const watch = new Watchdog(() => quit.abort());
  try {
    const response = await fetch('/api/events', { headers: { ...credentials(), Accept: 'text/event-stream' }, signal: quit.signal });
    if (response.status === 401) throw new Locked();
    if (!response.ok || !response.body) return;
    heard();
    const parser = new EventParser();
    for await (const text of textOf(response.body)) {
      watch.calm();
      for (const { name, data } of parser.push(text)) event({ name, data: JSON.parse(data) } as AnyEvent);
    }
  } finally {
    watch.stop();
  }
}

/** The body's text, piece by piece. */
async function* textOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** Calls out when it was not calmed for too long. */
class Watchdog {
  readonly #bark: () => void;
  #timer: ReturnType<typeof setTimeout>;

  constructor(bark: () => void) {
    this.#bark = bark;
    this.#timer = setTimeout(bark, longestSilence);
  }

  calm(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#bark, longestSilence);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
