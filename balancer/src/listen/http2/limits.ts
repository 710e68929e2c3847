import type { ServerLimits } from '../limits.ts';

/** What one client may take up, as in HTTP/1.1, and what must be known here of what admit refuses, so that it gets to see it. */
export interface Http2Limits extends ServerLimits {
  /** The most header fields. */
  readonly maxHeaders: number;
}
