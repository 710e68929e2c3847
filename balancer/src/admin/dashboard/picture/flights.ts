import type { ExchangeBrief } from '../../api.ts';
import { outcomeOf } from '../outcome.ts';

/** The parts of a dot's way: to the balancer, to the origin, waiting there, back after a failed attempt, and home. */
export type Leg = 'in' | 'held' | 'out' | 'wait' | 'return' | 'back' | 'home';

/** A circle is a success or still undecided, a diamond failed, and a ring is a further attempt. */
export type Shape = 'circle' | 'diamond' | 'ring';

/** A dot as it is to be drawn now. */
export interface Dot {
  readonly id: string;
  readonly leg: Leg;
  /** How far it is on that leg, from 0 to 1. */
  readonly at: number;
  /** Where it goes or comes from; empty before the pick. */
  readonly origin: string;
  readonly shape: Shape;
  /** From -1 to 1: beside the middle of the way, so that dots at the same place can be told apart. */
  readonly lane: number;
}

interface Flight {
  readonly id: string;
  readonly lane: number;
  brief: ExchangeBrief;
  attempt: number;
  leg: Leg;
  /** When the leg began. */
  since: number;
  /** When there was news of the exchange. */
  heard: number;
}

/** How long each leg takes at least, in ms, so that a request of 1 ms can be seen. A way there and a way back take 650 each. */
const travel: Readonly<Record<Leg, number>> = { in: 250, held: 0, out: 400, wait: 60, return: 350, back: 400, home: 250 };

/** The most dots at a time; more can't be followed. */
export const mostDots = 40;

/** A dot that waits for the end of its exchange while news is being left out is let go after so long, in ms. */
const patience = 1500;

/**
 * Where the dots are: each follows a real exchange, never faster than the eye. It knows nothing of the page, so that it can be
 * tested with any clock.
 */
export class Flights {
  #flights = new Map<string, Flight>();

  /** Lets a dot begin for an exchange, unless there are too many. `delay` spreads those that came together. */
  launch(brief: ExchangeBrief, now: number, delay = 0): void {
    if (this.#flights.size >= mostDots || this.#flights.has(brief.id)) return;
    const lane = laneOf(brief.id);
    this.#flights.set(brief.id, { id: brief.id, lane, brief, attempt: 0, leg: 'in', since: now + delay, heard: now });
  }

  /** Notes what has become of an exchange. */
  note(brief: ExchangeBrief, now: number): void {
    const flight = this.#flights.get(brief.id);
    if (!flight) return;
    flight.brief = brief;
    flight.heard = now;
  }

  /** How many more there can be. */
  get room(): number {
    return mostDots - this.#flights.size;
  }

  /** Whether nothing is to be drawn. */
  get isEmpty(): boolean {
    return this.#flights.size === 0;
  }

  /** Ends all, as when nobody looked for a while. */
  clear(): void {
    this.#flights.clear();
  }

  /** Ends those who wait for an end that was never told; for use while not every exchange is told of. */
  forget(now: number): void {
    for (const { id, leg, heard } of this.#flights.values()) if (leg === 'wait' && now - heard > patience) this.#flights.delete(id);
  }

  /** The dots as of now. */
  dots(now: number): readonly Dot[] {
    const dots: Dot[] = [];
    for (const flight of this.#flights.values()) {
      if (!advance(flight, now)) this.#flights.delete(flight.id);
      else if (now >= flight.since) dots.push(dotOf(flight, now));
    }
    return dots;
  }
}

/** Moves a flight on as far as it is by now; false if it is over. */
function advance(flight: Flight, now: number): boolean {
  while (now >= flight.since + travel[flight.leg]) {
    const next = after(flight);
    if (next === 'over') return false;
    if (next === flight.leg) return true;
    begin(flight, next, now);
  }
  return true;
}

/** A leg begins when the one before ended; after a wait for news, now. */
function begin(flight: Flight, leg: Leg, now: number): void {
  const { leg: before } = flight;
  if (before === 'return') flight.attempt += 1;
  flight.since = before === 'wait' || before === 'held' ? now : flight.since + travel[before];
  flight.leg = leg;
}

/** What comes after a leg; the same where it has to wait for news. */
function after({ leg, brief, attempt }: Flight): Leg | 'over' {
  const isEnded = brief.ms !== null;
  switch (leg) {
    case 'in':
    case 'held':
      if (brief.attempts.length > 0) return 'out';
      return isEnded ? 'home' : 'held';
    case 'out':
      return 'wait';
    case 'wait':
      if (attempt + 1 < brief.attempts.length) return 'return';
      return isEnded ? 'back' : 'wait';
    case 'return':
      return 'out';
    case 'back':
      return 'home';
    case 'home':
      return 'over';
  }
}

function dotOf(flight: Flight, now: number): Dot {
  const { id, leg, since, lane, brief, attempt } = flight;
  const at = travel[leg] > 0 ? Math.min(1, (now - since) / travel[leg]) : 1;
  return { id, leg, at, origin: brief.attempts[attempt]?.origin ?? '', shape: shapeOf(flight), lane };
}

function shapeOf({ leg, brief, attempt }: Flight): Shape {
  const isFailed = leg === 'return' || ((leg === 'back' || leg === 'home') && outcomeOf(brief) === 'failed');
  if (isFailed) return 'diamond';
  return attempt > 0 ? 'ring' : 'circle';
}

/** The same lane for the same exchange, spread over all lanes. */
function laneOf(id: string): number {
  let sum = 0;
  for (let place = 0; place < id.length; place += 1) sum = (sum * 31 + id.charCodeAt(place)) % 1009;
  return (sum % 11) / 5 - 1;
}
