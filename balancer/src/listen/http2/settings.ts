import type { ServerSessionOptions } from 'node:http2';
import type { Http2Limits } from './limits.ts';

/** How many requests a connection may have under way. */
export const mostStreams = 100;

/** How much of a body may have come that nobody has read, in bytes. The connection's own window bounds none: it opens as data comes in. */
const streamWindow = 65_535;

/** How much of all bodies may be on its way, in bytes; more than a stream's, so that they don't wait for each other. */
export const connectionWindow = 1024 * 1024;

/** Pseudo-fields (RFC 9113 §8.3), and what stands for a field in the size of a list of them (§6.5.2), in bytes. */
const pseudoFields = 5;
const perField = 32;

/** How many times as many fields, and bytes, may come as are taken: so that who is over the limit gets an answer that says so, and no reset. */
const slack = 2;

/** What Node and nghttp2 are to bound by themselves, and what a client is told of it. */
export function sessionOptions({ maxHeaderSize, maxTargetLength, maxHeaders }: Http2Limits): ServerSessionOptions {
  const pairs = slack * maxHeaders + pseudoFields;
  return {
    settings: {
      enableConnectProtocol: true,
      maxConcurrentStreams: mostStreams,
      initialWindowSize: streamWindow,
      maxHeaderListSize: slack * (maxHeaderSize + maxTargetLength) + perField * pairs,
    },
    // Crumbs of a cookie count as one field, once they are joined.
    maxHeaderListPairs: pairs,
    // What an origin says twice is said twice.
    strictSingleValueFields: false,
    // In MB: what nghttp2 keeps of headers, and what waits to be sent, before no more streams are let in.
    maxSessionMemory: 10,
    // Frames that make no sense, or are empty; and streams that could not be let in.
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    maxSettings: 32,
    // Resets by the client are counted here too, with those that it provokes: see floods.ts.
    ...{ streamResetBurst: 1000, streamResetRate: 33 },
  };
}
