import type { Deadlines } from '../../brain/deadlines.ts';
import { isSecure } from '../address.ts';
import { Dial } from '../dial.ts';
import type { HandshakeTerms } from '../handshake.ts';
import type { WireLimits } from '../limits.ts';
import type { Taker } from '../outgoing.ts';
import type { StreamOutgoing } from './outgoing.ts';
import { type Leaving, RequestStream, type StreamParts } from './request-stream.ts';
import { mostStreams, Session, type SessionParts } from './session.ts';

/** What the sessions of an origin are told by. */
export interface SessionsParts {
  readonly deadlines: Deadlines;
  /** In ms, on the clock of the deadlines. */
  readonly now: () => number;
  readonly limits: () => WireLimits;
}

/** The sessions to one origin of HTTP/2: one, and more where that has as many streams as it may have. */
export class Sessions {
  readonly #dial: Dial;
  readonly #streamParts: StreamParts;
  readonly #sessionParts: SessionParts;
  /** The one that was made first is asked first, so that those which were made for a crowd become idle behind it. */
  readonly #all = new Map<Session, HandshakeTerms>();
  /** How many streams the origin takes on a connection, as it said last. */
  #mostStreams = mostStreams;
  #closing: (() => void) | undefined;

  constructor(url: URL, parts: SessionsParts, terms: HandshakeTerms) {
    this.#dial = new Dial(url, terms);
    this.#streamParts = {
      ...{ deadlines: parts.deadlines, limits: parts.limits, scheme: isSecure(url) ? 'https' : 'http' },
      again: (leaving) => this.#carry(leaving),
    };
    this.#sessionParts = {
      ...{ ...parts, url },
      learned: (most) => {
        this.#mostStreams = most;
      },
      gone: (session) => this.#forget(session),
    };
  }

  /** Sends a request on a session that has room for it, or on a new one. */
  send(outgoing: StreamOutgoing, taker: Taker): void {
    this.#carry({ outgoing, taker, tries: 0 });
  }

  /** Ends every session, with whatever it carries. */
  cut(): void {
    for (const session of [...this.#all.keys()]) session.cut();
  }

  /** Closes each session once nothing runs on it; resolves when there are none. */
  close(): Promise<void> {
    return new Promise((closed) => {
      this.#closing = closed;
      for (const session of [...this.#all.keys()]) session.retire();
      if (this.#all.size === 0) closed();
    });
  }

  /** Has the origin show who it is by those terms; where they are others, what was connected before carries no further request. */
  follow(terms: HandshakeTerms): void {
    if (!this.#dial.follow(terms)) return;
    for (const session of [...this.#all.keys()]) session.retire();
  }

  #carry(leaving: Leaving): void {
    (this.#withRoom() ?? this.#open()).carry(new RequestStream(leaving, this.#streamParts));
  }

  #withRoom(): Session | undefined {
    for (const [session, terms] of this.#all) if (session.hasRoom && terms === this.#dial.terms) return session;
    return undefined;
  }

  #open(): Session {
    // Who took none has perhaps changed his mind, and is asked by one request at a time.
    const session = new Session(this.#dial.connect(), Math.max(1, this.#mostStreams), this.#sessionParts);
    this.#all.set(session, this.#dial.terms);
    return session;
  }

  #forget(session: Session): void {
    this.#all.delete(session);
    if (this.#all.size === 0) this.#closing?.();
  }
}
