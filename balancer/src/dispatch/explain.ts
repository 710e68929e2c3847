import type { IncomingHttpHeaders } from 'node:http';
import type { RoadExchange } from '../admit/road-exchange.ts';
import { type Cidr, trustIn } from '../admit/trust.ts';
import type { Attempt } from '../brain/exchange/attempt.ts';
import { whyOf } from '../brain/exchange/choice.ts';
import { excludedInWords } from '../brain/pool/view.ts';
import type { Routed } from '../brain/route/routed.ts';

/**
 * Whom the balancer tells why a request went where it went, which names origins and how they are: nobody, everybody, or who asks by
 * `X-LB-Explain: 1`: whoever that is, from an address of a trusted proxy, or from one of the given address blocks.
 */
export type Explaining = 'off' | 'always' | 'asked' | 'trusted' | readonly Cidr[];

/** Says whether a client is told, by its address and its fields: by the fields that caches must see beside it, or by nothing. */
export type ExplainRule = (client: string, headers: IncomingHttpHeaders) => readonly string[] | undefined;

/** A cache must not give the answer to who didn't ask for that (RFC 9110 §12.5.5); and one that others share, to nobody where not everybody may ask. */
const onlyToWhoAsks = ['Vary', 'X-LB-Explain'];
const onlyToTheClient = [...onlyToWhoAsks, 'Cache-Control', 'private'];

/** The longest sentence, in characters. */
const longest = 1000;

/** Makes the rule of who is told; `trusted` are the blocks that trusted proxies are in. */
export function explainRule(explaining: Explaining, trusted: readonly Cidr[]): ExplainRule {
  if (explaining === 'off') return () => undefined;
  if (explaining === 'always') return () => [];
  const asks = (headers: IncomingHttpHeaders) => headers['x-lb-explain'] === '1';
  if (explaining === 'asked') return (_client, headers) => (asks(headers) ? onlyToWhoAsks : undefined);
  const may = trustIn(explaining === 'trusted' ? trusted : explaining);
  return (client, headers) => (asks(headers) && may(client) ? onlyToTheClient : undefined);
}

/**
 * The fields that explain an answer, name, value, name, value …: who gave it, why that origin was chosen, under which id the
 * admin side tells more, and how long each part took (Server-Timing, W3C).
 */
export function explanationFields(exchange: RoadExchange): string[] {
  const latest = exchange.attempts.at(-1);
  const fields = [
    'X-LB-Decision',
    exchange.id,
    ...(exchange.routed ? routeField(exchange.routed) : []),
    'X-LB-Why',
    printable(sentenceFor(exchange, latest)),
    'Server-Timing',
    timing(exchange, latest),
    ...exchange.explained,
  ];
  if (latest?.firstByteAt !== undefined) fields.push('X-LB-Origin', latest.origin.id);
  return fields;
}

/** The fields that explain an answer that no origin was asked for: under which id the admin side tells more, and what the route has to do with it. */
export function routeFields({ id, routed }: RoadExchange): string[] {
  return ['X-LB-Decision', id, ...(routed ? routeField(routed) : [])];
}

function routeField({ why }: Routed): [name: string, value: string] {
  return ['X-LB-Route', printable(why)];
}

function sentenceFor({ attempts, nobody, notRetried }: RoadExchange, latest: Attempt | undefined): string {
  const failed = attempts
    .filter(({ outcome }) => outcome?.kind === 'failed')
    .map(({ origin, outcome }) => `${origin.id} failed (${problemIn(outcome)})`);
  const before = failed.length > 0 ? `${failed.join(', ')}; then ` : '';
  if (latest?.firstByteAt !== undefined) return `${before}${whyOf(latest.choice)}`;
  const out = excludedInWords(nobody ?? []);
  return `${before}${notRetried ?? 'no answer'}${out && `: ${out}`}`;
}

function problemIn(outcome: Attempt['outcome']): string {
  return outcome?.kind === 'failed' ? outcome.reason : '';
}

/** The wait for a body, a place and origins that failed; the wait for a connection; the wait for the origin. */
function timing({ startedAt }: RoadExchange, latest: Attempt | undefined): string {
  if (!latest) return 'wait;dur=0';
  const { startedAt: pickedAt, endedAt = pickedAt, connectedAt = endedAt, firstByteAt = endedAt } = latest;
  const parts = { wait: pickedAt - startedAt, connect: connectedAt - pickedAt, origin: firstByteAt - connectedAt };
  return Object.entries(parts)
    .map(([name, ms]) => `${name};dur=${Math.max(0, ms).toFixed(2)}`)
    .join(', ');
}

/** A sentence as a field value: visible ASCII and spaces (RFC 9110 §5.5). */
function printable(text: string): string {
  return text
    .slice(0, longest)
    .replaceAll('’', "'")
    .replaceAll('−', '-')
    .replaceAll(/[^ -~]/g, '?');
}
