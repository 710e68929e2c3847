import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIP } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { connect as connectSecurely } from 'node:tls';
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

/** Well is who accepts a connection: over TCP, and where it is asked over TLS, over that, with a certificate that requests trust. */
export const tcpCheck: HealthCheck = {
  check: ({ url }, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const isSecure = url.protocol === 'https:';
    const to = { host, port: Number(url.port || (isSecure ? 443 : 80)) };
    const name = isIP(host) ? {} : { servername: host };
    const socket = isSecure ? connectSecurely({ ...to, ...name, ALPNProtocols: ['http/1.1'] }) : connect(to);
    addAbortSignal(signal, socket);
    socket.once(isSecure ? 'secureConnect' : 'connect', resolve);
    socket.on('error', reject);
    return promise.finally(() => socket.destroy());
  },
};
