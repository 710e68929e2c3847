import type { RoadExchange } from '../admit/road-exchange.ts';
import { turnAway } from '../admit/turn-away.ts';
import { refusals } from '../brain/exchange/refusals.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import { hasBody } from './answer-routed.ts';

/** What authorities ask for by plain HTTP, to see whether a host is in our hands (RFC 8555 §8.3). */
const challenges = '/.well-known/acme-challenge/';

const why = 'it came in plain HTTP, and such requests are sent to https://';

/**
 * Sends who asks in plain HTTP to https:// at that port, where there is one; says whether it did. The method and the body stay the same (308, RFC
 * 9110 §15.4.9), and so does the target, byte for byte.
 */
export function sendsToHttps(port: number | undefined, exchange: RoadExchange, request: RoadRequest, reply: Reply): boolean {
  if (port === undefined || exchange.secure || exchange.target.startsWith(challenges)) return false;
  const { host } = request.headers;
  if (hasBody(request)) reply.sayLast();
  if (host) answer(reply, `https://${host.replace(/:\d*$/, '')}${port === 443 ? '' : `:${port}`}${exchange.target}`);
  else turnAway(exchange, reply, refusals.host, why);
  exchange.notRetried = why;
  return true;
}

/** No cache may keep it: it is true for as long as the configuration says so. */
function answer(reply: Reply, location: string): void {
  const body = Buffer.from(`${location}\n`, 'latin1');
  const about = ['Cache-Control', 'no-store', 'Content-Type', 'text/plain; charset=utf-8', 'Content-Length', `${body.length}`];
  reply.answer(308, 'Permanent Redirect', [...about, 'Location', location], body);
}
