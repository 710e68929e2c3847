import { connect as connectTcp, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { Deadlines } from '../brain/deadlines.ts';
import { hostOf, portOf } from './address.ts';
import { Connection, type ConnectionParts, type WireLimits } from './connection.ts';
import { type HandshakeTerms, handshakeWith, usualTerms } from './handshake.ts';
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

/** After how many ms of silence the system asks whether the other side is still there (TCP keepalive). */
const keepAliveDelay = 60_000;

/** The connections to one origin that are kept for further requests. */
export class Connections {
  readonly #url: URL;
  readonly #address: TcpNetConnectOpts;
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
  #terms: HandshakeTerms;
  /** What the latest handshake by these terms left, for a shorter one. */
  #session: Buffer | undefined;
  #closing: (() => void) | undefined;

  constructor(url: URL, parts: { deadlines: Deadlines; now: () => number; limits: () => WireLimits }, terms = usualTerms) {
    this.#url = url;
    this.#terms = terms;
    this.#address = { host: hostOf(url), port: portOf(url), noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveDelay };
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
    if (!this.#isSecure || isDeepStrictEqual(terms, this.#terms)) return;
    this.#terms = terms;
    // Who resumes a session shows nothing anew.
    this.#session = undefined;
    this.#closeIdle();
  }

  get #isSecure(): boolean {
    return this.#url.protocol === 'https:';
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
    if (this.#closing || longest <= 0 || this.#all.get(connection) !== this.#terms) {
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
    const isSecure = this.#isSecure;
    const socket = isSecure ? this.#connectTls() : connectTcp(this.#address);
    const connection = new Connection(socket, isSecure ? 'secureConnect' : 'connect', this.#parts);
    this.#all.set(connection, this.#terms);
    return connection;
  }

  #connectTls(): Socket {
    const terms = this.#terms;
    const session = this.#session;
    const socket = connectTls({ ...this.#address, ...handshakeWith(this.#url, terms), ...(session && { session }) });
    socket.on('session', (latest) => {
      if (terms === this.#terms) this.#session = latest;
    });
    return socket;
  }
}
