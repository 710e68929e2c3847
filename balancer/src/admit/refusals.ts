import { isIPv6 } from 'node:net';
import type { Request } from 'express';
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

/** Why a request is not forwarded: the status and the sentence that its client gets. */
export type Refusal = readonly [status: number, sentence: string];

const refusals = {
  version: [505, '505 HTTP Version Not Supported'],
  targetTooLong: [414, '414 URI Too Long'],
  tooManyFields: [431, '431 Request Header Fields Too Large: too many fields'],
  headerTooLarge: [431, '431 Request Header Fields Too Large'],
  host: [400, '400 Bad Request: exactly one Host is needed, and it must be a host name with or without a port'],
  length: [400, '400 Bad Request: Content-Length is out of range'],
  expectation: [417, '417 Expectation Failed: only 100-continue can be expected'],
  coding: [501, '501 Not Implemented: only chunked transfer coding'],
  target: [400, '400 Bad Request: the request target must be a path, or name the same host as Host'],
  wholeServer: [204, ''],
} as const satisfies Record<string, Refusal>;

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

/** Why a request that has been at this balancer before is not forwarded once more (RFC 5842 §7.2). */
export const loop: Refusal = [508, '508 Loop Detected: this request has been at this balancer before; one of its origins leads back to it'];

/** The first thing that is wrong with a request, if there is one. */
export function refusalOf(req: Request, target: Target, limits: RequestLimits): Refusal | undefined {
  return wrongInLine(req, target, limits) ?? wrongInFields(req, limits);
}

function wrongInLine({ httpVersion, originalUrl }: Request, target: Target, limits: RequestLimits): Refusal | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return refusals.version;
  if (originalUrl.length > limits.maxTargetLength) return refusals.targetTooLong;
  if ('path' in target) return undefined;
  return target.status === 204 ? refusals.wholeServer : refusals.target;
}

function wrongInFields(req: Request, limits: RequestLimits): Refusal | undefined {
  const { host, 'content-length': length, 'transfer-encoding': coding } = req.headers;
  const { hosts, bytes } = measured(req.rawHeaders);
  if (req.rawHeaders.length / 2 > limits.maxHeaders) return refusals.tooManyFields;
  if (bytes > limits.maxHeaderSize) return refusals.headerTooLarge;
  // Two hosts could be read as one by the balancer and as the other by an origin (RFC 9112 §3.2).
  if (hosts > 1 || !isHost(host ?? '') || (hosts === 0 && req.httpVersion === '1.1')) return refusals.host;
  if (length !== undefined && !Number.isSafeInteger(Number(length))) return refusals.length;
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return refusals.coding;
  return wrongInExpectation(req);
}

/** What is wrong with what a request expects, if anything is (RFC 9110 §10.1.1). */
function wrongInExpectation({ httpVersion, headers: { expect } }: Request): Refusal | undefined {
  return httpVersion === '1.1' && expect !== undefined && expect.toLowerCase() !== '100-continue' ? refusals.expectation : undefined;
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
