import type { RequestHandler, Response } from 'express';
import type { ExchangeBrief } from '../brain/story/brief.ts';
import type { Events, Second, Status, Tick } from './api.ts';
import type { Ask } from './decisions.ts';
import { refuse } from './refuse.ts';

/** Time between two ticks, in ms. */
const tickMs = 100;

/** After so many ms without one there is a tick, or a status, in any case. */
const mostQuiet = 1000;

/** A client that has so many bytes waiting gets nothing more until it has read them. */
const mostBehind = 256 * 1024;

/** So many may watch at once: each may have `mostBehind` bytes and a snapshot waiting. */
const mostWatchers = 32;

/** Exchanges that a snapshot shows. */
const inSnapshot = 500;

/** What the stream tells of. */
export interface EventParts {
  readonly ask: Ask;
  readonly status: () => Status;
  /** What changes with every request. */
  readonly live: () => Omit<Tick, 'at' | 'exchanges' | 'unseen'>;
  readonly seconds: () => readonly Second[];
}

interface Watcher {
  readonly res: Response;
  /** Whether it has missed something, so that it needs all anew. */
  missed: boolean;
}

/**
 * Tells whoever watches what happens: see Events in api.ts. While nobody does, it does nothing at all. All watchers get the same
 * bytes; one that reads too slowly misses some, and then gets everything anew.
 */
export class EventStream {
  readonly #parts: EventParts;
  readonly #watchers = new Set<Watcher>();
  #timer: NodeJS.Timeout | undefined;
  #toldStatus = 0;
  #toldTick = 0;
  /** How long the next status waits after the latest, in ms, and what brings it where something has changed. */
  #pause = 0;
  #nextStatus: NodeJS.Timeout | undefined;

  constructor(parts: EventParts) {
    this.#parts = parts;
  }

  /** Answers a request with the stream, until its client leaves; with 503 where too many watch already. */
  readonly serve: RequestHandler = (req, res) => {
    if (this.#watchers.size >= mostWatchers) {
      refuse(req, res.set('Retry-After', '5'), 503, `${mostWatchers} watch already, which is the most; close a page`);
      return;
    }
    res.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    res.flushHeaders();
    const watcher: Watcher = { res, missed: true };
    this.#watchers.add(watcher);
    res.on('close', () => this.#leave(watcher));
    this.#timer ??= setTimeout(this.#tick, 0);
  };

  /**
   * Has the state of all told, such as when an origin's has changed: soon, and once for all that changes together, since with many origins
   * it is long. Looking on may take a twentieth of the time at the most.
   */
  tellStatus(): void {
    if (this.#watchers.size === 0 || this.#nextStatus) return;
    const wait = Math.max(0, this.#toldStatus + this.#pause - performance.now());
    this.#nextStatus = setTimeout(() => this.#sendStatus(), wait).unref();
  }

  #sendStatus(): void {
    clearTimeout(this.#nextStatus);
    this.#nextStatus = undefined;
    if (![...this.#watchers].some(isAbreast)) return;
    const begun = performance.now();
    this.#tell('status', this.#parts.status());
    this.#toldStatus = performance.now();
    this.#pause = Math.max(tickMs, 20 * (this.#toldStatus - begun));
  }

  /** Tells of a second that is over. */
  tellSecond(second: Second): void {
    this.#tell('second', second);
  }

  /** Ends the stream for everybody. */
  end(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#nextStatus);
    this.#timer = undefined;
    for (const { res } of this.#watchers) res.end();
    // One that reads slowly is there for a while yet.
    this.#watchers.clear();
  }

  #leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    clearTimeout(this.#timer);
    clearTimeout(this.#nextStatus);
    this.#timer = undefined;
    this.#nextStatus = undefined;
    void this.#parts.ask({ about: 'rest' });
  }

  readonly #tick = async (): Promise<void> => {
    const timer = this.#timer;
    const begun = performance.now();
    const { exchanges, unseen } = await this.#parts.ask({ about: 'news' });
    // Everybody may leave while threads answer; who comes then has ticks of its own.
    if (this.#timer !== timer) return;
    const isListed = [...this.#watchers].some(isToCatchUp);
    const listed = isListed ? await this.#parts.ask({ about: 'list', query: { limit: inSnapshot } }) : [];
    if (this.#timer !== timer) return;
    if (isListed) this.#catchUp(listed);
    if (begun - this.#toldStatus >= Math.max(mostQuiet, this.#pause)) this.#sendStatus();
    if (exchanges.length > 0 || begun - this.#toldTick >= mostQuiet) {
      this.#toldTick = begun;
      this.#tell('tick', { at: Date.now(), ...this.#parts.live(), exchanges, unseen });
    }
    this.#timer = setTimeout(this.#tick, Math.max(0, tickMs - (performance.now() - begun)));
  };

  /** Gives everything to those who have nothing, or have missed something and have read the rest. */
  #catchUp(exchanges: readonly ExchangeBrief[]): void {
    const snapshot: Events['snapshot'] = { status: this.#parts.status(), exchanges, seconds: this.#parts.seconds() };
    const bytes = eventOf('snapshot', snapshot);
    for (const watcher of this.#watchers) {
      if (!isToCatchUp(watcher)) continue;
      watcher.missed = false;
      watcher.res.write(bytes);
    }
  }

  #tell<Name extends keyof Events>(name: Name, data: Events[Name]): void {
    if (this.#watchers.size === 0) return;
    const bytes = eventOf(name, data);
    for (const watcher of this.#watchers) {
      if (watcher.res.writableLength > mostBehind) watcher.missed = true;
      if (!watcher.missed) watcher.res.write(bytes);
    }
  }
}

/** Whether a watcher has missed nothing. */
function isAbreast({ missed }: Watcher): boolean {
  return !missed;
}

/** Whether a watcher has missed something, and has read the rest. */
function isToCatchUp({ missed, res }: Watcher): boolean {
  return missed && res.writableLength === 0;
}

function eventOf<Name extends keyof Events>(name: Name, data: Events[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
