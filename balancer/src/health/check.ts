import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Origin } from '../pool/origin.ts';

/** Asks an origin whether it is well. */
export interface HealthCheck {
  /** Resolves if the origin is well; rejects with the reason in a few words if not, or once the signal aborts. */
  check(origin: Origin, signal: AbortSignal): Promise<void>;
}

/** Well is who answers a GET of the path with 2xx. Each probe takes a new connection, since that is what a new request may need. */
export function httpCheck(path: string): HealthCheck {
  return {
    check: ({ url }, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const asked = request(new URL(path, url), { agent: false, signal, headers: { 'User-Agent': 'balancer-health-check' } });
      asked.once('response', (response) => {
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) resolve();
        else reject(new Error(`answered ${statusCode}`));
        response.destroy();
      });
      asked.on('error', reject);
      // Also where neither came, as after a 101 that nobody asked for.
      asked.once('close', () => reject(new Error('gave no answer')));
      asked.end();
      return promise;
    },
  };
}

/** Well is who accepts a TCP connection. */
export const tcpCheck: HealthCheck = {
  check: ({ url }, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port, signal });
    socket.once('connect', resolve);
    socket.on('error', reject);
    return promise.finally(() => socket.destroy());
  },
};
