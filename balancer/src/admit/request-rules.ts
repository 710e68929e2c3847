import { isIPv6 } from 'node:net';
import { type Refusal, refusals } from '../brain/exchange/refusals.ts';
import type { RoadRequest } from '../listen/request.ts';
import type { Target } from './target.ts';

/** What a request may look like. */
export interface RequestLimits {
  /** The longest request target, in bytes. */
  readonly maxTargetLength: number;
  /** The most header fields. */
  readonly maxHeaders: number;
  /** The most bytes in all header fields. */
  readonly maxHeaderSize: number;
}

/**
 * A host and an optional port (RFC 3986 §3.2.2), as `Host` may have it; or nothing. The commas and semicolons that a name might have
 * there no name has, and who makes a list of hosts could read two.
 */
const hostForm = /^(?:[\w.~!$&'()*+=%-]*|\[([\da-f:.]+)\])(?::(\d*))?$/i;

/** Whether a text is a host that can be asked for: one, with a port that there can be. */
function isHost(text: string): boolean {
  const [whole, address, port = ''] = hostForm.exec(text) ?? [];
  return whole !== undefined && Number(port) <= 65535 && (address === undefined || isIPv6(address));
}

/** The versions of HTTP that are spoken here. */
const versions: ReadonlySet<string> = new Set(['1.0', '1.1', '2']);

/** The first thing that is wrong with a request, if there is one. */
export function refusalOf(req: RoadRequest, target: Target, limits: RequestLimits): Refusal | undefined {
  return wrongInLine(req, target, limits) ?? wrongInFields(req, limits);
}

function wrongInLine({ httpVersion, target: asked }: RoadRequest, target: Target, limits: RequestLimits): Refusal | undefined {
  if (!versions.has(httpVersion)) return refusals.version;
  if (asked.length > limits.maxTargetLength) return refusals.longTarget;
  return 'path' in target || target.status === 204 ? undefined : refusals.target;
}

function wrongInFields(req: RoadRequest, limits: RequestLimits): Refusal | undefined {
  const { host, 'content-length': length, 'transfer-encoding': coding } = req.headers;
  const { hosts, bytes } = measured(req.rawHeaders);
  if (req.rawHeaders.length / 2 > limits.maxHeaders) return refusals.tooManyFields;
  if (bytes > limits.maxHeaderSize) return refusals.longHeader;
  // Two hosts could be read as one by the balancer and as the other by an origin (RFC 9112 §3.2).
  if (hosts > 1 || !isHost(host ?? '') || (hosts === 0 && req.httpVersion !== '1.0')) return refusals.host;
  if (length !== undefined && !Number.isSafeInteger(Number(length))) return refusals.length;
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return refusals.coding;
  return wrongInExpectation(req);
}

/** What is wrong with what a request expects, if anything is (RFC 9110 §10.1.1). */
function wrongInExpectation({ httpVersion, headers: { expect } }: RoadRequest): Refusal | undefined {
  return httpVersion !== '1.0' && expect !== undefined && expect.toLowerCase() !== '100-continue' ? refusals.expectation : undefined;
}

/** How many Host fields there are, and how many bytes all fields take (with the colon, the space and the line's end). */
function measured(raw: readonly string[]): { hosts: number; bytes: number } {
  let hosts = 0;
  let bytes = raw.length * 2;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    bytes += name.length + (raw[i + 1] as string).length;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return { hosts, bytes };
}
