import type { RoadExchange } from '../admit/road-exchange.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';

/** What certificate authorities are answered who ask whether a host is here, by the token that they ask with. Nearly always empty. */
export type HostProofs = ReadonlyMap<string, string>;

/** Where they ask (RFC 8555 §8.3). */
const place = '/.well-known/acme-challenge/';

/**
 * Answers a certificate authority, for as long as an order is under way; says whether it did. All else that is asked there is an origin's, as
 * anything is.
 */
export function provesHost(proofs: HostProofs | undefined, exchange: RoadExchange, request: RoadRequest, reply: Reply): boolean {
  if (proofs === undefined || proofs.size === 0) return false;
  const proof = proofFor(proofs, request, exchange);
  if (proof !== undefined) answer(exchange, reply, proof);
  return proof !== undefined;
}

function proofFor(proofs: HostProofs, { method, headers }: RoadRequest, { target }: RoadExchange): string | undefined {
  if (!target.startsWith(place) || (method !== 'GET' && method !== 'HEAD')) return undefined;
  // No authority sends a body, and this would leave it unread.
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return undefined;
  return proofs.get(target.slice(place.length));
}

function answer(exchange: RoadExchange, reply: Reply, proof: string): void {
  exchange.notRetried = 'a certificate authority asks whether the host is here, which the balancer answers itself';
  const fields = ['Cache-Control', 'no-store', 'Content-Type', 'application/octet-stream', 'Content-Length', `${proof.length}`];
  reply.answer(200, 'OK', fields, proof);
}
