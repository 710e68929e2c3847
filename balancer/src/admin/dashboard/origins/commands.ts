import type { Command } from '../wire/ask.ts';

/** A number that a control asks for. */
export interface Amount {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

/** An origin, and the part of the API that is about its pool. */
export interface Place {
  readonly side: string;
  readonly id: string;
}

/** Something that can be done to an origin. */
export interface Control {
  readonly name: string;
  /** What it does, in a few words. */
  readonly about: string;
  readonly amounts: readonly Amount[];
  /** The body of the fault, if it is one, for these amounts. */
  readonly command: (origin: Place, amounts: readonly number[]) => Command;
}

/** Everything that can be done to an origin, in the order in which it is offered. */
export const controls: readonly Control[] = [
  {
    ...{ name: 'Slow', about: 'each request waits before it is answered' },
    amounts: [{ name: 'wait', unit: 'ms', value: 500, min: 0, max: 60_000 }],
    command: (origin, [latencyMs]) => fault(origin, { latencyMs }),
  },
  {
    ...{ name: 'Fail', about: 'a share of the requests is answered 503' },
    amounts: [{ name: 'share', unit: '%', value: 50, min: 0, max: 100 }],
    command: (origin, [share = 0]) => fault(origin, { errorRate: share / 100, status: 503 }),
  },
  {
    ...{ name: 'Hang', about: 'a share of the requests gets no answer' },
    amounts: [{ name: 'share', unit: '%', value: 100, min: 0, max: 100 }],
    command: (origin, [share = 0]) => fault(origin, { hangRate: share / 100 }),
  },
  {
    ...{ name: 'Limit capacity', about: 'so many are served at a time, so many queue, the rest gets 503' },
    amounts: [
      { name: 'served', unit: 'served', value: 1, min: 1, max: 100_000 },
      { name: 'queued', unit: 'queued', value: 2, min: 0, max: 100_000 },
      { name: 'wait', unit: 'ms each', value: 200, min: 0, max: 60_000 },
    ],
    command: (origin, [capacity, queue, latencyMs]) => fault(origin, { capacity, queue, latencyMs }),
  },
  {
    ...{ name: 'Clear fault', about: 'it is as good as new' },
    amounts: [],
    command: (origin) => ({ method: 'DELETE', path: at(origin, 'fault') }),
  },
  {
    ...{ name: 'Crash', about: 'its process ends at once, and starts again' },
    ...{ amounts: [], command: (origin) => ({ method: 'POST', path: at(origin, 'crash') }) },
  },
];

/** Takes an origin out gently: it finishes what runs. */
export function drain(origin: Place): Command {
  return { method: 'POST', path: at(origin, 'drain') };
}

/** Puts an origin back that was drained. */
export function enable(origin: Place): Command {
  return { method: 'POST', path: at(origin, 'enable') };
}

/** Asks for the fault that is in force. */
export function faultOf(origin: Place): Command {
  return { method: 'GET', path: at(origin, 'fault') };
}

function fault(origin: Place, body: Readonly<Record<string, number | undefined>>): Command {
  return { method: 'PUT', path: at(origin, 'fault'), body };
}

/** A colon may stand in a path as it is, and nearly every id has one. */
function at({ side, id }: Place, what: string): string {
  return `${side}/origins/${encodeURIComponent(id).replaceAll('%3A', ':')}/${what}`;
}
