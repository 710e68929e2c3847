import type { IncomingHttpHeaders } from 'node:http';
import type { Attempt, Exchange } from '../exchange.ts';
import { excludedInWords } from '../pool/view.ts';
import { whyOf } from '../select/choice.ts';

/** Whom the balancer tells why a request went where it went: who asks by `X-LB-Explain: 1`, everybody, or nobody. */
export type Explaining = 'asked' | 'always' | 'off';

/** The longest sentence, in characters. */
const longest = 1000;

/** Whether the client of a request with these fields is told. */
export function isToBeExplained(explaining: Explaining, headers: IncomingHttpHeaders): boolean {
  return explaining === 'always' || (explaining === 'asked' && headers['x-lb-explain'] === '1');
}

/**
 * The fields that explain an answer, name, value, name, value …: who gave it, why that origin was chosen, under which id the
 * admin side tells more, and how long each part took (Server-Timing, W3C).
 */
export function explanationFields(exchange: Exchange): string[] {
  const latest = exchange.attempts.at(-1);
  const fields = [
    'X-LB-Decision',
    exchange.id,
    'X-LB-Why',
    printable(sentenceFor(exchange, latest)),
    'Server-Timing',
    timing(exchange, latest),
  ];
  if (latest?.firstByteAt !== undefined) fields.push('X-LB-Origin', latest.origin.id);
  return fields;
}

function sentenceFor({ attempts, nobody, notRetried }: Exchange, latest: Attempt | undefined): string {
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
function timing({ startedAt }: Exchange, latest: Attempt | undefined): string {
  if (!latest) return 'wait;dur=0';
  const { startedAt: pickedAt, connectedAt = latest.now(), firstByteAt = latest.now() } = latest;
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
