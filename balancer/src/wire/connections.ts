import type { Deadlines } from '../brain/deadlines.ts';
import { Connection, type ConnectionParts, type WireLimits } from './connection.ts';
import { Dial } from './dial.ts';
import { type HandshakeTerms, usualTerms } from './handshake.ts';
import type { Outgoing, Owner, Taker } from './outgoing.ts';

/** How long an idle connection is kept where the origin doesn't say how long it waits, in ms. */
const keptIdle = 4000;

/** The longest that one is kept where it does. */
const longestKept = 600_000;

/** How much earlier than the origin it is given up, in ms: a request takes a while to get there. */
const ahead = 1000;

/** How long a connection may have been idle, in ms, to carry what can't be sent again, where nothing tells that the origin is quicker. */
const freshFor = 100;

/** How long it is remembered that an origin has closed a connection early, in ms. */
const rememberedFor = 60_000;

/** The connections to one origin that are kept for further requests. */
export class Connections {
  readonly #dial: Dial;
  readonly #parts: ConnectionParts;
  readonly #now: () => number;
  /** Each with the terms under which its origin has shown who it is. */
  readonly #all = new Map<Connection, HandshakeTerms>();
  /** Those that carry nothing, the one that was used last at the end. */
  readonly #idle: Connection[] = [];
  /** Those by which somebody has logged in, by whose connection they alone carry requests of. */
  readonly #owned = new Map<Owner, Connection>();
  /** The shortest time after which the origin has closed an idle connection lately, in ms, and when that was. */
  #shortest = Number.POSITIVE_INFINITY;
  #shortestAt = 0;
  #closing: (() => void) | undefined;

  constructor(url: URL, parts: { deadlines: Deadlines; now: () => number; limits: () => WireLimits }, terms = usualTerms) {
    this.#dial = new Dial(url, terms);
    this.#now = parts.now;
    this.#parts = {
      ...parts,
      free: (connection, kept) => this.#keep(connection, kept),
      again: (outgoing, taker) => this.#open().carry(outgoing, taker),
      closedIdle: (connection) => this.#learn(connection),
      gone: (connection) => this.#forget(connection),
    };
  }

  /** Sends a request on the connection that was used last, or on a new one. */
  send(outgoing: Outgoing, taker: Taker): void {
    (this.#takeIdle(outgoing) ?? this.#open()).carry(outgoing, taker);
  }

  /** Ends every connection, with whatever it carries. */
  cut(): void {
    for (const connection of [...this.#all.keys()]) connection.cut();
  }

  /** Closes what is idle now, and the others when they are; resolves when there are none. */
  close(): Promise<void> {
    return new Promise((closed) => {
      this.#closing = closed;
      this.#closeIdle();
      if (this.#all.size === 0) closed();
    });
  }

  /** Has the origin show who it is by those terms; where they are others, what was connected before carries no further request. */
  follow(terms: HandshakeTerms): void {
    if (this.#dial.follow(terms)) this.#closeIdle();
  }

  #closeIdle(): void {
    for (const connection of [...this.#idle.splice(0), ...this.#owned.values()]) connection.destroy();
  }

  #takeIdle({ isRepeatable, body, client }: Outgoing): Connection | undefined {
    const own = this.#owned.get(client);
    if (own) {
      this.#owned.delete(client);
      if (!own.socket.destroyed) return own;
    }
    // One that was just closed says so only in a moment.
    while (this.#idle.at(-1)?.socket.destroyed) this.#idle.pop();
    const latest = this.#idle.at(-1);
    if (!latest) return undefined;
    const mayLeaveAgain = isRepeatable && (body === null || Buffer.isBuffer(body));
    if (!mayLeaveAgain && this.#now() - latest.idleSince > this.#freshFor()) return undefined;
    return this.#idle.pop();
  }

  /** How long one may have been idle to carry what can't be sent again, in ms. */
  #freshFor(): number {
    if (this.#now() - this.#shortestAt > rememberedFor) this.#shortest = Number.POSITIVE_INFINITY;
    return Math.min(freshFor, this.#shortest / 2);
  }

  /** The origin has closed one that was idle: it will close others that are idle for as long. */
  #learn({ idleSince }: Connection): void {
    const now = this.#now();
    const after = now - idleSince;
    if (after > this.#shortest && now - this.#shortestAt <= rememberedFor) return;
    this.#shortest = after;
    this.#shortestAt = now;
  }

  #keep(connection: Connection, kept: number | undefined): void {
    const longest = kept === undefined ? keptIdle : Math.min(longestKept, kept - ahead);
    if (this.#closing || longest <= 0 || this.#all.get(connection) !== this.#dial.terms) {
      connection.destroy();
      return;
    }
    connection.rest(longest);
    if (connection.owner) this.#owned.set(connection.owner, connection);
    else this.#idle.push(connection);
  }

  #forget(connection: Connection): void {
    this.#all.delete(connection);
    if (connection.owner && this.#owned.get(connection.owner) === connection) this.#owned.delete(connection.owner);
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
    if (this.#all.size === 0) this.#closing?.();
  }

  #open(): Connection {
    const { socket, established } = this.#dial.connect();
    const connection = new Connection(socket, established, this.#parts);
    this.#all.set(connection, this.#dial.terms);
    return connection;
  }
}
