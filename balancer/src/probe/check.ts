import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Check } from '../brain/health/watch.ts';
import type { Origin } from '../brain/select/origin.ts';
import { isSecure, speaksHttp2 } from '../wire/address.ts';
import type { HandshakeTerms } from '../wire/handshake.ts';
import { handshakeFailure } from '../wire/handshake-failures.ts';
import { addressOf, connected } from './probe-connection.ts';

/** Asks an origin over the network whether it is well. */
export interface HealthCheck {
  /** Resolves if the origin is well; rejects with the reason in a few words if not, or once the signal aborts. */
  check(origin: Origin, signal: AbortSignal): Promise<void>;
}

/** A health check as the brain asks for it. */
export function checkBy({ check }: HealthCheck): Check {
  return (origin, told) => {
    const controller = new AbortController();
    const { signal } = controller;
    check(origin, signal).then(
      () => signal.aborted || told(undefined),
      (error: NodeJS.ErrnoException) => signal.aborted || told(problemOf(error)),
    );
    return () => controller.abort();
  };
}

function problemOf(error: NodeJS.ErrnoException): string {
  return handshakeFailure(error) ?? error.code ?? error.message;
}

/** Statuses from one to another, both included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/** How probes ask, where not as the origin's URL has it. */
export interface ProbeTerms {
  /** What they say as Host; without it, the address that they ask. */
  readonly host?: string | undefined;
  /** The port that they ask at; without it, the origin's own. */
  readonly port?: number | undefined;
  /** How origins over TLS have to show who they are; without it, as usual. */
  readonly handshake?: HandshakeTerms;
  /** The statuses of who is well; without them, every 2xx. */
  readonly statuses?: readonly StatusRange[] | undefined;
}

const success: readonly StatusRange[] = [{ from: 200, to: 299 }];

/**
 * Well is who answers a GET of the path with one of the statuses. Each probe takes a new connection, since that is what a new
 * request may need.
 */
export function httpCheck(path: string, { host, port, statuses = success, handshake }: ProbeTerms = {}): HealthCheck {
  const headers = { 'User-Agent': 'balancer-health-check', ...hostField(host) };
  const isWell = (status: number) => statuses.some(({ from, to }) => status >= from && status <= to);
  return {
    check: async ({ url, proxyProtocol }, signal) => {
      const address = addressOf(path, url, port);
      const socket = await connected({ url: address, proxyProtocol }, handshake, signal);
      if (speaksHttp2(url)) {
        const { askByHttp2 } = await import('./http2-question.ts');
        const { status } = await askByHttp2(socket, address, {
          method: 'GET',
          host,
          fields: { 'user-agent': 'balancer-health-check' },
          isHeadEnough: true,
        });
        if (!isWell(status)) throw new Error(`answered ${status}`);
        return;
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const request = isSecure(url) ? httpsRequest : httpRequest;
      const asked = request(address, { createConnection: () => socket, signal, headers });
      asked.once('response', (response) => {
        const { statusCode = 0 } = response;
        if (isWell(statusCode)) resolve();
        else reject(new Error(`answered ${statusCode}`));
        response.destroy();
      });
      asked.on('error', reject);
      // Also where neither came, as after a 101 that nobody asked for.
      asked.once('close', () => reject(new Error('gave no answer')));
      asked.end();
      return promise.finally(() => socket.destroy());
    },
  };
}

/** Well is who accepts a connection: over TCP, and where it is asked over TLS, over that, with a certificate that requests trust. */
export function tcpCheck({ port, handshake }: Pick<ProbeTerms, 'port' | 'handshake'> = {}): HealthCheck {
  return {
    check: async ({ url, proxyProtocol }, signal) => {
      const socket = await connected({ url: addressOf('/', url, port), proxyProtocol }, handshake, signal);
      // Not at once: the end of a handshake is on its way, and a server that misses it logs an error.
      socket.end(() => socket.destroy());
    },
  };
}

/** Host for the fields of a probe; nothing where the address that is asked says it. */
export function hostField(host: string | undefined): { readonly Host?: string } {
  return host === undefined ? {} : { Host: host };
}
