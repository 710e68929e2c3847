import type { Arrival } from './arrival.ts';
import type { Step } from './entrance.ts';
import { proxyHeaderIn } from './proxy-header.ts';

/** How long a proxy may take to send its header, in ms. It has nothing to wait for. */
const patience = 2000;

/** Whose PROXY headers are taken, and who is told of those that should have come and didn't. */
export interface ProxyProtocolParts {
  /** Whether the peer at an address is a proxy that may say for whom it connects. */
  readonly isProxy: (address: string) => boolean;
  readonly closed: (address: string, why: string) => void;
}

/**
 * Takes the PROXY header off each connection from such a proxy, which must begin with one; from then on it is its client's. Who is no
 * such proxy goes on as he came: if he sends one, that is no HTTP.
 */
export function proxyProtocol({ isProxy, closed }: ProxyProtocolParts, within = patience): Step {
  return async (arrival) => {
    const address = arrival.socket.remoteAddress ?? '';
    if (!isProxy(address)) return true;
    const problem = await problemWithHeader(arrival, within);
    if (problem === undefined) return !arrival.isGone;
    closed(address, problem);
    arrival.end();
    return false;
  };
}

/** Takes the header off; or says what is wrong with it, for the log: a sender of such headers would not understand an answer. */
async function problemWithHeader(arrival: Arrival, within: number): Promise<string | undefined> {
  const bytes = await arrival.first((all) => proxyHeaderIn(all).kind !== 'more', within);
  if (bytes === 'late') return `it sent no PROXY header in ${within / 1000} s`;
  if (bytes === 'gone') {
    // Whoever only looks whether somebody listens here needs none.
    arrival.end();
    return undefined;
  }
  const header = proxyHeaderIn(bytes);
  if (header.kind === 'wrong') return header.problem;
  if (header.kind === 'header') {
    arrival.takeOff(header.length);
    if (header.ends) arrival.isFrom(header.ends);
  }
  return undefined;
}
