import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Origin } from '../brain/select/origin.ts';
import { type HandshakeTerms, handshakeWith, usualTerms } from '../wire/handshake.ts';
import { hostField } from './check.ts';

/** What an origin says of its load. */
export interface Load {
  readonly inFlight: number;
  readonly latencyMs: number;
}

/** The longest that an answer may take, in ms: a later one would be of no use. */
const timeout = 1000;

/** The longest answer that is read, in characters. */
const longest = 1024;

/** The most connections to one origin for this. */
const maxSockets = 4;

/**
 * Makes a function that asks an origin for its load: a GET of the path, answered with `{"inFlight":n,"latencyMs":x}`. It
 * rejects where the answer is anything else, or takes over a second. It says `host` as Host, or where there is none, the address.
 */
export function loadProbe(path: string, host?: string, terms: HandshakeTerms = usualTerms): (origin: Origin) => Promise<Load> {
  const http = { request: httpRequest, agent: new HttpAgent({ keepAlive: true, maxSockets }) };
  const https = { request: httpsRequest, agent: new HttpsAgent({ keepAlive: true, maxSockets }) };
  const headers = { 'User-Agent': 'balancer-load-probe', ...hostField(host) };
  return ({ url }) => {
    const { promise, resolve, reject } = Promise.withResolvers<Load>();
    const isSecure = url.protocol === 'https:';
    const { request, agent } = isSecure ? https : http;
    const asked = request(new URL(path, url), { agent, headers, ...(isSecure ? handshakeWith(url, terms) : {}) });
    const late = setTimeout(() => asked.destroy(new Error('no answer in time')), timeout);
    asked.on('error', reject);
    asked.on('close', () => {
      clearTimeout(late);
      reject(new Error('the answer broke off'));
    });
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        if (text.length > longest) asked.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => {
        const load = loadIn(text);
        if (load) resolve(load);
        else reject(new Error('the answer is no load'));
      });
    });
    asked.end();
    return promise;
  };
}

function loadIn(text: string): Load | undefined {
  try {
    const { inFlight, latencyMs } = JSON.parse(text);
    return isFigure(inFlight) && isFigure(latencyMs) ? { inFlight, latencyMs } : undefined;
  } catch {
    return undefined;
  }
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}
