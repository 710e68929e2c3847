/** When certificates are renewed, and when what failed is tried again. Times are in ms. */

const minute = 60_000;
const hour = 60 * minute;

/** The life of a certificate. */
export interface Life {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A window in which an authority wants a renewal. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** The part of a life that is left when it is renewed, and that by which this is earlier at random, so that not all come at once. */
const left = { usual: 1 / 3, jitter: 1 / 30, least: 1 / 10 };

/** When to renew: at a third of the life left, or when the authority wants it, but never so late that a failure could not be mended. */
export function renewalTime({ notBefore, notAfter }: Life, chance: number, window?: Window): number {
  const life = notAfter - notBefore;
  if (!window) return notAfter - life * (left.usual + left.jitter * chance);
  return Math.min(window.start + (window.end - window.start) * chance, notAfter - life * left.least);
}

/**
 * The waits after the first failure, the second …; the last stays. Let's Encrypt lets a host fail five times an hour
 * (https://letsencrypt.org/docs/rate-limits/), and this is at most four.
 */
const waits = [1, 10, 30, 60, 120, 240, 480, 720].map((minutes) => minutes * minute);

/** What an authority may put a retry off by. */
const longest = 7 * 24 * hour;

/** What one failure means for the next try. */
export interface Setback {
  /** How many there were in a row, this one included. */
  readonly failures: number;
  /** What the authority asked to wait, where it did. */
  readonly retryAfter: number | undefined;
  /** Whether it was too often for the authority. */
  readonly isLimited: boolean;
}

/** How long to wait until the next try; up to a tenth more by chance. */
export function waitAfter({ failures, retryAfter = 0, isLimited }: Setback, chance: number): number {
  const own = waits[Math.min(failures, waits.length) - 1] ?? minute;
  const asked = Math.min(retryAfter, longest);
  return Math.max(own, asked, isLimited ? hour : 0) * (1 + chance / 10);
}
