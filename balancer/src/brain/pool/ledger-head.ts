/** Threads that one ledger has room for: 64 that serve, and the main one. */
export const mostThreads = 65;

/**
 * What the ledger holds once.
 *
 * | field | what | written by |
 * | --- | --- | --- |
 * | lock | 0, or 1 + the number of the thread that holds it | every thread, with Atomics |
 * | turn | turns that the rotation has made | whoever holds the lock |
 * | revision | changes of how origins stand | the main thread, with Atomics |
 * | inside | exchanges that have a place | every thread, with Atomics |
 * | waiting | exchanges that wait for one | every thread, with Atomics |
 * | clients | connections from clients | every thread, with Atomics |
 * | queues | clients of which exchanges wait, counted once in each thread | every thread, with Atomics |
 * | tunnels | exchanges that are WebSockets, open or about to be | every thread, with Atomics |
 * | freed | places that were given back while somebody waited | every thread, with Atomics |
 * | pausedUntil | when a pause of the pool is over by itself; 0 where there is none | ms since the epoch, by the main thread |
 * | begun | attempts that have begun | whoever holds the lock |
 * | lost | origins to which connections failed as often in a row as puts one out | every thread, with Atomics |
 * | threads, origins | the size that the ledger was made for | whoever made it |
 * | insideBy, waitingBy, clientsBy, queuesBy, tunnelsBy | how much of those counts is each thread's, to be given back if it dies | that thread |
 * | linesLostBy | lines of the log that each thread could not write | that thread |
 * | handshakesBy | TLS handshakes with clients by how they ended, for each thread | that thread |
 * | spansSentBy, spansLostBy | spans of traces that each thread's collector took, and that were lost | that thread |
 */
const heads = [
  ...(['inside', 'waiting', 'clients', 'queues', 'tunnels', 'lock', 'turn', 'revision'] as const),
  ...(['freed', 'begun', 'lost', 'pausedUntil', 'threads', 'origins'] as const),
];
/** Where each of those is, in cells. */
export const head = Object.fromEntries(heads.map((name, index) => [name, index])) as Record<(typeof heads)[number], number>;
/** Those of them of which each thread also counts its own part. */
export const tallies = [head.inside, head.waiting, head.clients, head.queues, head.tunnels];

/** Where it is counted, by each thread, how many lines of the log were lost. */
export const linesLostAt = heads.length + tallies.length * mostThreads;
/** How a TLS handshake with a client ends: `resumed` is one that took up an earlier session. */
export const handshakeEnds = ['done', 'resumed', 'failed'] as const;
export type HandshakeEnd = (typeof handshakeEnds)[number];

/** Where it is counted, by each thread, how many spans of traces a collector took. */
export const spansSentAt = linesLostAt + mostThreads * (1 + handshakeEnds.length);
/** And how many were lost. */
export const spansLostAt = spansSentAt + mostThreads;

/** Cells of all that the ledger holds once. */
export const headCells = spansLostAt + mostThreads;

/** Where a thread counts handshakes that ended so. */
export function handshakesAt(end: HandshakeEnd, thread: number): number {
  return linesLostAt + mostThreads * (1 + handshakeEnds.indexOf(end)) + thread;
}

/** Where a thread's own part of a tally is. */
export function ownOf(tally: number, thread: number): number {
  return (heads.length + tally * mostThreads + thread) * 2;
}
