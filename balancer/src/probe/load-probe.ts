import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIPv6 } from 'node:net';
import type { Origin, ProxyProtocol } from '../brain/select/origin.ts';
import { isSecure, speaksHttp2 } from '../wire/address.ts';
import { type HandshakeTerms, handshakeWith, usualTerms } from '../wire/handshake.ts';
import { hostField } from './check.ts';
import { connected } from './probe-connection.ts';

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
  const agents = new Map<string, HttpAgent>();
  const headers = { 'User-Agent': 'balancer-load-probe', ...hostField(host) };
  const agentFor = ({ url, proxyProtocol }: Origin) => {
    const kind = `${url.protocol} ${proxyProtocol}`;
    const agent = agents.get(kind) ?? agentOf(url, proxyProtocol, terms);
    agents.set(kind, agent);
    return agent;
  };
  return (origin) => {
    const { url } = origin;
    if (speaksHttp2(url)) return loadByHttp2(new URL(path, url), host, terms);
    const { promise, resolve, reject } = Promise.withResolvers<Load>();
    const isOverTls = isSecure(url);
    const request = isOverTls ? httpsRequest : httpRequest;
    const asked = request(new URL(path, url), { agent: agentFor(origin), headers, ...(isOverTls ? handshakeWith(url, terms) : {}) });
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

/** By a connection for this alone, since what keeps those of HTTP/2 is for requests. */
async function loadByHttp2(address: URL, host: string | undefined, terms: HandshakeTerms): Promise<Load> {
  const signal = AbortSignal.timeout(timeout);
  const socket = await connected({ url: address }, terms, signal);
  const { askByHttp2 } = await import('./http2-question.ts');
  const { body } = await askByHttp2(socket, address, { method: 'GET', host, fields: { 'user-agent': 'balancer-load-probe' } });
  const load = loadIn(body.toString());
  if (!load) throw new Error('the answer is no load');
  return load;
}

/** What keeps connections to origins that are asked by that scheme, and told by that version of the PROXY protocol whom these are for. */
function agentOf({ protocol }: URL, proxyProtocol: ProxyProtocol | undefined, terms: HandshakeTerms): HttpAgent {
  const agent = new (protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets });
  if (proxyProtocol === undefined) return agent;
  agent.createConnection = ({ host, port }, told) => {
    const url = new URL(`${protocol}//${isIPv6(host ?? '') ? `[${host}]` : host}:${port}`);
    const controller = new AbortController();
    const late = setTimeout(() => controller.abort(), timeout);
    connected({ url, proxyProtocol }, terms, controller.signal)
      .finally(() => clearTimeout(late))
      .then(
        (socket) => told?.(null, socket),
        (error: Error) => told?.(error, undefined as never),
      );
    return undefined;
  };
  return agent;
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
