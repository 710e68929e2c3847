import type { IncomingHttpHeaders } from 'node:http';

/** What a client says of the trace that its request belongs to (W3C Trace Context, level 1). */
export interface Parent {
  /** 32 hexadecimal digits in lower case. */
  readonly traceId: string;
  /** The client's own span, 16 of them. */
  readonly spanId: string;
  /** Whether whoever called may have recorded it. */
  readonly isSampled: boolean;
  /** What tracing systems keep there for themselves, to be handed on; empty where there is nothing that can be. */
  readonly state: string;
}

/** Fields of that name are several fields, which is as bad as none: Node has them as one with commas, which no form allows. */
const traceparentForm = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/**
 * The parent that a request names; nothing where it names none, or not as W3C Trace Context §3.2 has it. A later version than ours is
 * read by the beginning that it shares with ours (§4.3).
 */
export function parentIn({ traceparent, tracestate }: IncomingHttpHeaders): Parent | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] = traceparentForm.exec(traceparent) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1, state: usableState(tracestate) };
}

/** A `traceparent` of our version; of the flags, only whether it is recorded. */
export function traceparentOf(traceId: string, spanId: string, isSampled: boolean): string {
  return `00-${traceId}-${spanId}-0${isSampled ? 1 : 0}`;
}

/** The most members of a list (§3.3.1.1). */
const mostMembers = 32;

const simpleKey = '[a-z][a-z0-9_*/-]{0,255}';
const tenantKey = '[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13}';
/** Printable characters but for `,` and `=`, the last of which is no space. */
const memberForm = new RegExp(`^(${simpleKey}|${tenantKey})=[ -+\\--<>-~]{0,255}[!-+\\--<>-~]$`);

/** A list of states as it can be handed on: whole, or not at all (§3.3). */
function usableState(field: string | string[] | undefined): string {
  if (field === undefined) return '';
  const text = Array.isArray(field) ? field.join(',') : field;
  const members = text
    .split(',')
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '');
  if (members.length > mostMembers) return '';
  const keys = members.map((member) => memberForm.exec(member)?.[1]);
  const areGood = !keys.includes(undefined) && new Set(keys).size === keys.length;
  return areGood ? members.join(',') : '';
}
