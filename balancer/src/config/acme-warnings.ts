import type { AcmeSettings } from './acme.ts';
import type { Settings } from './options.ts';

/** Where authorities ask, whatever a balancer is told (RFC 8555 §8.3, RFC 8737 §3). */
const asked = { http: 80, tls: 443 } as const;

/** What keeps an authority from reaching a balancer, or may keep it, a sentence each. */
export function acmeWarnings(
  acme: AcmeSettings | undefined,
  { port, tlsPort, host }: Pick<Settings, 'port' | 'tlsPort' | 'host'>,
): string[] {
  if (!acme?.issuer) return [];
  const [first = ''] = acme.hosts;
  if (isThisMachine(host)) {
    return [
      `tls: acme: --host ${host} lets only this machine in, and the authority comes from outside; unless something leads it here, give --host "*"`,
    ];
  }
  const byPage = `tls: acme: the authority asks for http://${first}/.well-known/acme-challenge/ at port ${asked.http}; see to it that this leads to port ${port} here`;
  const byTls = `tls: acme: the authority asks for ${first} at port ${asked.tls}; see to it that this leads to port ${tlsPort} here`;
  return [
    ...(acme.challenge.includes('http-01') && port !== asked.http ? [byPage] : []),
    ...(!acme.challenge.includes('http-01') && tlsPort !== asked.tls ? [byTls] : []),
  ];
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
