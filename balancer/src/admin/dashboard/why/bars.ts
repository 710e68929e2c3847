import type { AttemptReport, DecisionReport } from '../../api.ts';

/** A stretch of the timeline; `from` and `to` are shares of the whole time. */
export interface Bar {
  readonly what: 'before' | 'connect' | 'wait' | 'body' | 'failed';
  readonly attempt: number;
  readonly ms: number;
  readonly from: number;
  readonly to: number;
}

/** What each stretch is, in words. */
export const barNames: Readonly<Record<Bar['what'], string>> = {
  before: 'before the pick',
  connect: 'to a connection',
  wait: 'to the first byte',
  body: 'to the end',
  failed: 'until it failed',
};

/** Where a request's time went, attempt by attempt; nothing where no time is known. */
export function barsOf({ attempts, ms }: DecisionReport): Bar[] {
  const whole = ms ?? Math.max(0, ...attempts.map(lastOf));
  if (whole <= 0) return [];
  let before = 0;
  return attempts.flatMap((attempt, place) => {
    const ends: [Bar['what'], number | null][] = [
      ['before', attempt.pickedMs],
      ['connect', attempt.connectedMs],
      ['wait', attempt.firstByteMs],
      [attempt.isFailure && attempt.firstByteMs === null ? 'failed' : 'body', attempt.endedMs],
    ];
    return ends.flatMap(([what, end]) => {
      if (end === null || end < before) return [];
      const bar = { what, attempt: place, ms: end - before, from: before / whole, to: Math.min(1, end / whole) };
      before = end;
      return bar.ms > 0 ? [bar] : [];
    });
  });
}

function lastOf({ pickedMs, connectedMs, firstByteMs, endedMs }: AttemptReport): number {
  return endedMs ?? firstByteMs ?? connectedMs ?? pickedMs;
}
