import type { Candidate } from '../../src/pool/pool.ts';

/** Idle candidates with the given ids. */
export function candidates(...ids: string[]): Candidate[] {
  return ids.map((id) => ({ origin: { id, url: new URL('http://localhost') }, inFlight: 0 }));
}
