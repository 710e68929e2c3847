// You are here: 8 of 23 in docs/reading.md. Next: dispatch/dispatch.ts.

import type { World } from '../world.ts';

/** How many exchanges may wait for a place, how long, and how many of one client may run. */
export interface RoomLimits {
  /** Exchanges that wait for a place, in all threads. */
  readonly maxWaiting: number;
  /** The longest wait, in ms, beside a pause. */
  readonly maxWait: number;
  /** The longest wait with a pause, in ms; any where it is missing. */
  readonly mostWait?: number;
  /** Exchanges of one client that run at the same time, in all threads: a number, or a fair share of the places. */
  readonly maxRunning: number | 'fair';
}

/** How many exchanges of each client run, in all threads: see pool/shares.ts. */
export interface ClientShares {
  /** The number by which the client at an address is counted. */
  bucketOf(address: string): number;
  /** Counts one more in, unless the client has as much as it may while so much is free; says whether it did. */
  take(client: number, free: number, limit: number | 'fair'): boolean;
  /** Counts one out. */
  give(client: number): void;
}

/** How many exchanges run and wait, in all threads: see pool/ledger.ts. */
export interface Census {
  /** Counts exchanges of this thread in (or out, below 0); returns how many run now in all threads. */
  enter(count: number): number;
  /** Counts exchanges of this thread that wait in (or out, below 0); returns how many wait now in all threads. */
  wait(count: number): number;
  /** Exchanges that wait, in all threads. */
  readonly waiting: number;
  /** Counts clients of which exchanges wait here in (or out, below 0); returns how many there are now, over all threads. */
  queue(count: number): number;
  /** Who has how many of those that run. */
  readonly requests: ClientShares;
  /** When a pause in which nobody gets a place is over, in ms; 0 where there is none. */
  readonly pausedUntil: number;
  /** Says that a place was given back, to all threads. */
  announcePlace(): void;
  /** How often a place was announced. */
  readonly announced: number;
  /** Calls back when a place is announced, or was since `announced` was so much; not before it has returned. */
  whenPlace(announced: number, told: () => void): void;
}

/**
 * How a wait ended: with a place; or without one, because none became free in time, because the client had as many as it may
 * have while others were free, or because the room was full and it had most of those who waited.
 */
export type WaitEnding = 'admitted' | 'late' | 'at its share' | 'displaced';

/** Somebody who waits; told once how that ended. */
interface Guest {
  readonly client: number;
  readonly told: (ending: WaitEnding) => void;
  /** When it came, in ms. */
  readonly since: number;
  /** Ends the clock of its wait. */
  stopClock: () => void;
}

/**
 * Lets in as many exchanges as the origins can take; the others wait outside, not too many and not too long, so that an overload
 * ends in quick refusals and not in a pile-up. Those who wait get in client by client, and each client's own in the order that they
 * came: who sends a thousand requests waits for itself and holds up nobody else. For the same reason nobody may take all places, and
 * where too many wait, the latest of whoever has most of them makes room (stochastic fair queueing: McKenney, 1990).
 */
export class WaitingRoom {
  readonly #places: () => number;
  readonly #census: Census;
  readonly #world: World;
  #limits: RoomLimits;
  /** By client, whose turn it is first; a client's own in order of arrival. Sets, since whoever leaves early gives up a place in the middle. */
  readonly #outside = new Map<number, Set<Guest>>();
  #isListening = false;
  /** Whether there were free places when last looked, for none of which anybody who waits was allowed. */
  #isFree = false;

  /** `places` tells how many exchanges may run at once, as of now; the census how many do, here and in other threads. */
  constructor(places: () => number, census: Census, limits: RoomLimits, world: World) {
    this.#places = places;
    this.#census = census;
    this.#world = world;
    this.#limits = limits;
  }

  /** The number of the client at an address, by which this room knows it. */
  clientAt(address: string): number {
    return this.#census.requests.bucketOf(address);
  }

  /** Takes a place for a client if one is free, nobody waits for it, and the client has not all that it may have. */
  tryEnter(client: number): boolean {
    const isFirst = this.#outside.size === 0 || (this.#isFree && !this.#outside.has(client));
    return isFirst && this.#takePlace(client) === 'taken';
  }

  /**
   * Waits for a place. `told` is called once, and not before this has returned, with how it ended. The returned function gives the
   * wait up; `told` is then never called. Returns nothing, and never calls, where too many wait already.
   */
  wait(client: number, told: (ending: WaitEnding) => void): (() => void) | undefined {
    if (this.#census.wait(1) > this.#limits.maxWaiting && !this.#displace(client)) {
      this.#census.wait(-1);
      return undefined;
    }
    const guest: Guest = { client, told, since: this.#world.now(), stopClock: () => {} };
    this.#startClock(guest);
    const own = this.#outside.get(client);
    if (own) own.add(guest);
    else {
      this.#outside.set(client, new Set([guest]));
      this.#census.queue(1);
    }
    // Another thread may have given a place back meanwhile.
    this.#world.soon(() => this.#listen());
    return () => this.#remove(guest);
  }

  /** Ends a wait when it was too long. A pause is no reason to turn anybody away; it is over in time for that, or it ends the wait as well. */
  #startClock(guest: Guest): void {
    const now = this.#world.now();
    const { maxWait, mostWait = Number.POSITIVE_INFINITY } = this.#limits;
    const wait = Math.min(Math.max(0, this.#census.pausedUntil - now) + maxWait, guest.since + mostWait - now);
    guest.stopClock = this.#world.after(Math.max(0, wait), () => {
      const isPaused = this.#census.pausedUntil > 0 && this.#world.now() < guest.since + mostWait;
      if (isPaused) this.#startClock(guest);
      else this.#dismiss(guest, this.whyNot());
    });
  }

  /** Why somebody who may not enter may not. */
  whyNot(): 'late' | 'at its share' {
    return this.#census.pausedUntil === 0 && this.#census.enter(0) < this.#places() ? 'at its share' : 'late';
  }

  /**
   * Gives a client's place back; the next one gets it, once this turn of the event loop is over: who leaves may still hold a lease
   * until then.
   */
  leave(client: number): void {
    this.#census.requests.give(client);
    this.#census.enter(-1);
    this.#isFree = false;
    if (this.#census.waiting > 0) this.#world.soon(() => this.#passOn());
  }

  /** Lets in whoever is next while there are free places; to be called when there may be more of them. Says whether it let anybody in. */
  admit(): boolean {
    let hasAdmitted = false;
    while (this.#admitNext()) hasAdmitted = true;
    return hasAdmitted;
  }

  /** Takes other limits for who comes from now on. */
  configure(limits: RoomLimits): void {
    this.#limits = limits;
    if (this.#outside.size > 0) this.admit();
  }

  #admitNext(): boolean {
    for (const [client, guests] of this.#outside) {
      const place = this.#takePlace(client);
      if (place === 'none') return false;
      if (place === 'not for this client') continue;
      const [guest] = guests;
      if (!guest) throw new Error('a client waits without an exchange');
      // Its next one waits until all others had their turn.
      this.#outside.delete(client);
      this.#outside.set(client, guests);
      this.#dismiss(guest, 'admitted');
      return true;
    }
    this.#isFree = this.#outside.size > 0;
    return false;
  }

  /** Gives each client who waits the same chance of the free place, in whatever thread: this thread's own must not go first. */
  #passOn(): void {
    if (this.#world.random() * this.#census.queue(0) < this.#outside.size && this.admit()) return;
    this.#census.announcePlace();
    // Nobody may have taken it.
    if (this.#outside.size > 0) this.#world.after(1, () => this.admit());
  }

  /** Counts first and looks then, so that two threads can't take the same place. */
  #takePlace(client: number): 'taken' | 'none' | 'not for this client' {
    if (this.#census.pausedUntil > 0) return 'none';
    const free = this.#places() - this.#census.enter(1) + 1;
    if (free >= 1 && this.#census.requests.take(client, free, this.#limits.maxRunning)) return 'taken';
    this.#census.enter(-1);
    return free >= 1 ? 'not for this client' : 'none';
  }

  /** Makes room for a client where too many wait: the latest of whoever has most goes, if that is more than this one would have. */
  #displace(client: number): boolean {
    let most: ReadonlySet<Guest> = new Set();
    for (const guests of this.#outside.values()) if (guests.size > most.size) most = guests;
    if (most.size <= (this.#outside.get(client)?.size ?? 0) + 1) return false;
    const latest = [...most].at(-1);
    if (latest) this.#dismiss(latest, 'displaced');
    return true;
  }

  #dismiss(guest: Guest, ending: WaitEnding): void {
    this.#remove(guest);
    guest.told(ending);
  }

  #remove(guest: Guest): void {
    guest.stopClock();
    const guests = this.#outside.get(guest.client);
    if (!guests?.delete(guest)) return;
    this.#census.wait(-1);
    if (guests.size > 0) return;
    this.#outside.delete(guest.client);
    this.#census.queue(-1);
  }

  /** Admits whenever a place is announced, in whatever thread, as long as anybody waits. */
  #listen(): void {
    if (this.#isListening) return;
    const { announced } = this.#census;
    if (this.#outside.size > 0) this.admit();
    if (this.#outside.size === 0) return;
    this.#isListening = true;
    this.#census.whenPlace(announced, () => {
      this.#isListening = false;
      this.#listen();
    });
  }
}
