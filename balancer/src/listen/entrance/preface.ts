import { refusals } from '../../brain/exchange/refusals.ts';
import type { Arrival } from './arrival.ts';

/** What a client that knows that HTTP/2 is spoken here says first (RFC 9113 §3.4), which no request of HTTP/1.1 begins with. */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Whether some first bytes are a preface, or not; nothing where they may become one. */
function isPreface(bytes: Buffer): boolean | undefined {
  const length = Math.min(bytes.length, preface.length);
  if (!bytes.subarray(0, length).equals(preface.subarray(0, length))) return false;
  return length === preface.length ? true : undefined;
}

/** Has the version of HTTP spoken on a connection that its client begins with, by `http2` or as HTTP/1.1. It has so many ms for that. */
export function byPreface(http2: (arrival: Arrival) => void, within: number): (arrival: Arrival) => Promise<void> {
  return async (arrival) => {
    const bytes = await arrival.first((all) => isPreface(all) !== undefined, within);
    if (bytes === 'late') arrival.reject(refusals.lateHeader);
    else if (bytes === 'gone') arrival.end();
    else if (isPreface(bytes)) http2(arrival);
    else arrival.speakHttp1();
  };
}
