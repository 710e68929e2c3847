import type { Socket } from 'node:net';
import { type Refusal, refusals } from '../brain/exchange/refusals.ts';
import type { ClientCount, ServerLimits } from './limits.ts';

/** What the door needs to know of a connection. */
export interface Visit {
  /** The number of its client; nothing where it is not counted as anybody's. */
  readonly client: number | undefined;
  /** Requests that have no whole response yet. */
  readonly running: number;
  /** How many bytes had come when the latest response was whole. */
  readonly read: number;
}

/** The most bytes of headers that are not yet whole, in all threads: Node's parser takes about three times as much memory for them. */
const mostUnfinished = 32 * 1024 * 1024;

/** How often headers that are not whole are looked after, where they might take too much memory, in ms. */
const lookout = 100;

/** What share of all connections makes room at once where there is none, so that not each new one has to look at all others. */
const roomMade = 1 / 256;

/**
 * Decides who may connect. Where there is no room, connections make it on which nothing runs, first those of whoever has most of
 * them; so neither can idle connections keep others out, nor those of one address.
 */
export class Door {
  readonly #limits: ServerLimits;
  readonly #clients: ClientCount;
  readonly #isProxy: (address: string) => boolean;
  readonly #visits: ReadonlyMap<Socket, Visit>;
  /** Ends a connection and counts it out at once. */
  readonly #end: (socket: Socket) => void;
  #lookout: NodeJS.Timeout | undefined;

  constructor(
    limits: ServerLimits,
    clients: ClientCount,
    isProxy: (address: string) => boolean,
    visits: ReadonlyMap<Socket, Visit>,
    end: (socket: Socket) => void,
  ) {
    this.#limits = limits;
    this.#clients = clients;
    this.#isProxy = isProxy;
    this.#visits = visits;
    this.#end = end;
  }

  /** Counts a connection from an address in; returns the number of its client, or nothing where that is a proxy that speaks for many; or why it isn't let in. */
  enter(address: string): { readonly client: number | undefined } | Refusal {
    if (!this.#countIn()) return refusals.tooManyConnections;
    const client = this.#isProxy(address) ? undefined : this.#clients.shares.bucketOf(address);
    if (client === undefined || this.#take(client)) return { client };
    this.#clients.connect(-1);
    return refusals.tooManyOfYourAddress;
  }

  /** Counts a connection that is in as one from that address from now on; returns why it may not stay, if so. It is nobody's then. */
  recount(visit: { client: number | undefined }, address: string): Refusal | undefined {
    if (visit.client !== undefined) this.#clients.shares.give(visit.client);
    visit.client = undefined;
    const client = this.#isProxy(address) ? undefined : this.#clients.shares.bucketOf(address);
    if (client !== undefined && !this.#take(client)) return refusals.tooManyOfYourAddress;
    visit.client = client;
    return undefined;
  }

  /** Counts a connection out. */
  leave({ client }: Visit): void {
    this.#clients.connect(-1);
    if (client !== undefined) this.#clients.shares.give(client);
  }

  /** Looks after headers that are not whole for as long as they might take more memory than they may; to be called when a connection has come. */
  lookAfter(): void {
    if (this.#mayOverflow) this.#lookout ??= setInterval(() => this.#look(), lookout).unref();
  }

  #look(): void {
    this.#relieve();
    if (this.#mayOverflow) return;
    clearInterval(this.#lookout);
    this.#lookout = undefined;
  }

  get #mayOverflow(): boolean {
    return this.#visits.size * this.#longest > this.#mostHere;
  }

  /** Ends connections with unfinished headers while these take too much memory, first those of whoever has most. */
  #relieve(): void {
    const unfinished: { readonly socket: Socket; readonly client: number; readonly bytes: number }[] = [];
    const byClient = new Map<number, number>();
    let sum = 0;
    for (const [socket, { client = -1, running, read }] of this.#visits) {
      const bytes = running > 0 ? 0 : Math.min(socket.bytesRead - read, this.#longest);
      if (bytes <= 0) continue;
      unfinished.push({ socket, client, bytes });
      byClient.set(client, (byClient.get(client) ?? 0) + bytes);
      sum += bytes;
    }
    if (sum <= this.#mostHere) return;
    const of = (client: number) => byClient.get(client) ?? 0;
    unfinished.sort((a, b) => of(b.client) - of(a.client) || b.bytes - a.bytes);
    for (const { socket, bytes } of unfinished) {
      if (sum <= this.#mostHere / 2) return;
      sum -= bytes;
      this.#end(socket);
    }
  }

  get #longest(): number {
    return this.#limits.maxHeaderSize + this.#limits.maxTargetLength;
  }

  get #mostHere(): number {
    return mostUnfinished / this.#limits.threads;
  }

  #countIn(): boolean {
    if (this.#countInIfRoom()) return true;
    this.#makeRoom(Math.ceil(this.#limits.maxClients * roomMade), this.#idlest());
    return this.#countInIfRoom();
  }

  /** Counts first and looks then, so that two threads can't take the same place. */
  #countInIfRoom(): boolean {
    if (this.#clients.connect(1) <= this.#limits.maxClients) return true;
    this.#clients.connect(-1);
    return false;
  }

  #take(client: number): boolean {
    const { maxClients, maxClientsPerAddress } = this.#limits;
    // The connection itself is counted already.
    const mayHave = () => this.#clients.shares.take(client, maxClients - this.#clients.connect(0) + 1, maxClientsPerAddress);
    if (mayHave()) return true;
    this.#makeRoom(1, client);
    return mayHave();
  }

  /** Ends so many connections of a client on which nothing runs, the oldest first; one that has begun to ask only where there is no other. */
  #makeRoom(count: number, client: number | undefined): void {
    const isIdle = (visit: Visit) => visit.client === client && visit.running === 0;
    const isSilent = (visit: Visit, socket: Socket) => isIdle(visit) && socket.bytesRead === visit.read;
    if (this.#endFirst(count, isSilent) === 0) this.#endFirst(count, isIdle);
  }

  /** Ends so many connections of a kind, the oldest first; says how many there were. */
  #endFirst(count: number, isOfKind: (visit: Visit, socket: Socket) => boolean): number {
    let ended = 0;
    for (const [socket, visit] of this.#visits) {
      if (ended === count) break;
      if (!isOfKind(visit, socket)) continue;
      this.#end(socket);
      ended += 1;
    }
    return ended;
  }

  /** Who has most connections, of those with one on which nothing runs. */
  #idlest(): number | undefined {
    let idlest: number | undefined;
    let most = 0;
    for (const { client, running } of this.#visits.values()) {
      const count = client === undefined ? 1 : this.#clients.shares.of(client);
      if (running > 0 || count <= most) continue;
      idlest = client;
      most = count;
    }
    return idlest;
  }
}
