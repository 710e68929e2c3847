import { duration, percent } from '../figures.ts';

/** What an origin says of the fault in force at it. */
export interface FaultAnswer {
  readonly fault?: Readonly<Record<string, unknown>> | null;
  readonly endsAt?: string;
}

const phrases: Readonly<Record<string, (value: number) => string>> = {
  latencyMs: (ms) => `${duration(ms)} slower`,
  jitterMs: (ms) => `± ${duration(ms)}`,
  errorRate: (share) => `${percent(share)} fail`,
  hangRate: (share) => `${percent(share)} hang`,
  resetRate: (share) => `${percent(share)} are reset`,
  capacity: (n) => `serves ${n} at a time`,
  queue: (n) => `queues ${n}`,
};

/** A fault in words, with the time it has left: `500 ms slower, for 98 s more`. */
export function faultInWords({ fault, endsAt }: FaultAnswer, now: number): string {
  if (!fault) return 'no fault';
  const parts = Object.entries(phrases).flatMap(([key, phrase]) => {
    const value = fault[key];
    return typeof value === 'number' && value > 0 ? [phrase(value)] : [];
  });
  const left = endsAt === undefined ? Number.NaN : Math.max(0, Math.round((Date.parse(endsAt) - now) / 1000));
  return (parts.join(', ') || 'a fault that changes nothing') + (Number.isNaN(left) ? '' : `, for ${left} s more`);
}
