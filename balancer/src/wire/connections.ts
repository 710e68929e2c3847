import type { Deadlines } from '../brain/deadlines.ts';
import type { ProxyProtocol } from '../brain/select/origin.ts';
import { Connection, type ConnectionParts } from './connection.ts';
import { Dial } from './dial.ts';
import { type HandshakeTerms, usualTerms } from './handshake.ts';
import type { WireLimits } from './limits.ts';
import type { Outgoing, Owner, Taker } from './outgoing.ts';
import { proxyHeader } from './proxy-header.ts';

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
  /** Each with when it was opened: how often connections had become others before. */
  readonly #all = new Map<Connection, number>();
  /** Those that may carry a further request, while they carry none. The one that was used last is at the end. */
  readonly #idle: Connection[] = [];
  /** The same, of those that carry requests of one client's connection alone, by that. */
  readonly #owned = new Map<Owner, Connection[]>();
  /** The shortest time after which the origin has closed an idle connection lately, in ms, and when that was. */
  #shortest = Number.POSITIVE_INFINITY;
  #shortestAt = 0;
  #proxyProtocol: ProxyProtocol | undefined;
  /** How often that, or how the origin shows who it is, has become another. */
  #changes = 0;
  #closing: (() => void) | undefined;

  constructor(url: URL, parts: { deadlines: Deadlines; now: () => number; limits: () => WireLimits }, terms = usualTerms) {
    this.#dial = new Dial(url, terms);
    this.#now = parts.now;
    this.#parts = {
      ...parts,
      free: (connection, kept) => this.#keep(connection, kept),
      again: (outgoing, taker) => this.#open(outgoing.client).carry(outgoing, taker),
      closedIdle: (connection) => this.#learn(connection),
      gone: (connection) => this.#forget(connection),
    };
  }

  /** Sends a request on the connection that was used last, or on a new one. */
  send(outgoing: Outgoing, taker: Taker): void {
    (this.#takeIdle(outgoing) ?? this.#open(outgoing.client)).carry(outgoing, taker);
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
    if (this.#dial.follow(terms)) this.#openAnew();
  }

  /** Has connections begin with whom each is for, by that version of the PROXY protocol, or not; where that is another, as `follow`. */
  set proxyProtocol(version: ProxyProtocol | undefined) {
    if (version === this.#proxyProtocol) return;
    this.#proxyProtocol = version;
    this.#openAnew();
  }

  /** What was connected until now carries no further request. */
  #openAnew(): void {
    this.#changes += 1;
    this.#closeIdle();
  }

  #closeIdle(): void {
    for (const connection of [...this.#idle.splice(0), ...[...this.#owned.values()].flat()]) connection.destroy();
  }

  #takeIdle({ isRepeatable, body, client }: Outgoing): Connection | undefined {
    const idle = this.#owned.get(client) ?? this.#idle;
    // One that was just closed says so only in a moment.
    while (idle.at(-1)?.socket.destroyed) idle.pop();
    const latest = idle.at(-1);
    if (!latest) return undefined;
    const mayLeaveAgain = isRepeatable && (body === null || Buffer.isBuffer(body));
    // Who has logged in by a connection is somebody on that one only.
    if (!mayLeaveAgain && !latest.isLoggedIn && this.#now() - latest.idleSince > this.#freshFor()) return undefined;
    return idle.pop();
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
    if (this.#closing || longest <= 0 || this.#all.get(connection) !== this.#changes) {
      connection.destroy();
      return;
    }
    connection.rest(longest);
    this.#idleWith(connection.owner).push(connection);
  }

  /** Those that carry nothing and are for that client's connection alone, or for anybody. */
  #idleWith(owner: Owner | undefined): Connection[] {
    if (owner === undefined) return this.#idle;
    const own = this.#owned.get(owner) ?? [];
    this.#owned.set(owner, own);
    return own;
  }

  #forget(connection: Connection): void {
    this.#all.delete(connection);
    const { owner } = connection;
    const idle = owner === undefined ? this.#idle : (this.#owned.get(owner) ?? []);
    const at = idle.indexOf(connection);
    if (at !== -1) idle.splice(at, 1);
    if (owner !== undefined && idle.length === 0) this.#owned.delete(owner);
    if (this.#all.size === 0) this.#closing?.();
  }

  #open(client: Owner): Connection {
    const version = this.#proxyProtocol;
    const connection = version === undefined ? this.#opened() : this.#openFor(client, version);
    this.#all.set(connection, this.#changes);
    return connection;
  }

  #opened(): Connection {
    const { socket, established } = this.#dial.connect();
    return new Connection(socket, established, this.#parts);
  }

  /** Opens one that is for one client's connection alone, which its origin is told before anything else, also before TLS. */
  #openFor(client: Owner, version: ProxyProtocol): Connection {
    const { socket, established } = this.#dial.connectBehind(proxyHeader(version, client), (over) =>
      connection.goOver(over, 'secureConnect'),
    );
    const connection = new Connection(socket, established, this.#parts);
    connection.belongTo(client);
    return connection;
  }
}
