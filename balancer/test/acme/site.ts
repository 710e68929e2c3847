import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import { alpnCertificate } from '../../src/acme/alpn-certificate.ts';
import type { Challenge, Showing } from '../../src/acme/challenges.ts';

/** What an authority finds at a host: both ports, and what is shown there. */
export interface Site extends Showing {
  readonly httpPort: number;
  readonly tlsPort: number;
  /** All that was shown, in order. */
  readonly shown: Challenge[];
  /** What is shown now. */
  readonly now: Set<Challenge>;
  /** What was asked for on the plain port. */
  readonly asked: string[];
  close(): void;
}

/** A site that shows challenges in the simplest way there is. */
export async function startSite(): Promise<Site> {
  const shown: Challenge[] = [];
  const now = new Set<Challenge>();
  const asked: string[] = [];
  const plain = createServer((request, reply) => {
    asked.push(`${request.headers.host} ${request.url}`);
    const challenge = [...now].find(({ token }) => request.url === `/.well-known/acme-challenge/${token}`);
    reply.writeHead(challenge ? 200 : 404, { Connection: 'close' }).end(challenge?.keyAuthorization);
  });
  const secure = createTlsServer({
    ALPNProtocols: ['acme-tls/1'],
    SNICallback: (name, told) => {
      const challenge = [...now].find(({ host, type }) => host === name && type === 'tls-alpn-01');
      if (challenge) told(null, createSecureContext(alpnCertificate(name, challenge.keyAuthorization, Date.now())));
      else told(new Error('nothing is shown'));
    },
  });
  secure.on('secureConnection', (socket) => socket.on('error', () => {}).end());
  secure.on('tlsClientError', () => {});
  await Promise.all([once(plain.listen(0, '127.0.0.1'), 'listening'), once(secure.listen(0, '127.0.0.1'), 'listening')]);
  return {
    httpPort: (plain.address() as AddressInfo).port,
    tlsPort: (secure.address() as AddressInfo).port,
    ...{ shown, now, asked },
    show: async (challenge) => {
      shown.push(challenge);
      now.add(challenge);
    },
    hide: async ({ token }) => {
      for (const challenge of now) if (challenge.token === token) now.delete(challenge);
    },
    close: () => {
      plain.close();
      secure.close();
    },
  };
}
