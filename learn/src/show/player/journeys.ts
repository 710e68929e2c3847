import type { Flight, Leg } from '../../lab/frame.ts';

/** Where a request is to be drawn. */
export type Whereabouts =
  | { readonly kind: 'coming'; readonly at: number }
  | { readonly kind: 'going'; readonly at: number }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'out' | 'back'; readonly leg: Leg; readonly at: number }
  | { readonly kind: 'inside'; readonly leg: Leg; readonly since: number };

/**
 * Where a request is drawn at a time of the picture; nothing before it comes and after it is gone. What takes no time in the world, the
 * ways between the machines, takes `way` ms of it here, so that it can be seen: all that follows is shown so much later, and nothing
 * is shown in another order or for another time than it was.
 */
export function whereabouts({ at, legs, endedAt }: Flight, now: number, way: number): Whereabouts | undefined {
  if (now < at) return undefined;
  if (now < at + way) return { kind: 'coming', at: (now - at) / way };
  let lag = way;
  for (const leg of legs) {
    const on = onLeg(leg, now - lag, way);
    if (on) return on;
    lag += 2 * way;
  }
  if (endedAt === undefined || now < endedAt + lag) return { kind: 'waiting' };
  return now < endedAt + lag + way ? { kind: 'going', at: (now - endedAt - lag) / way } : undefined;
}

function onLeg(leg: Leg, now: number, way: number): Whereabouts | undefined {
  const { pickedAt, endedAt = Number.POSITIVE_INFINITY } = leg;
  if (now < pickedAt) return { kind: 'waiting' };
  if (now < pickedAt + way) return { kind: 'out', leg, at: (now - pickedAt) / way };
  if (now < endedAt + way) return { kind: 'inside', leg, since: pickedAt };
  return now < endedAt + 2 * way ? { kind: 'back', leg, at: (now - endedAt - way) / way } : undefined;
}
