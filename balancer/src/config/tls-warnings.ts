import type { Route } from '../brain/route/route.ts';
import { dayOf } from '../tls/check-pair.ts';
import { isCovered } from '../tls/names.ts';
import type { CertificatePair } from '../tls/pair.ts';

/** How long before its end a certificate is called out, in ms. */
export const soon = 14 * 24 * 3_600_000;

/** What about certificates can be used and is hardly meant, at that time, a sentence each. `hosts` get certificates of their own by themselves. */
export function tlsWarnings(
  certificates: readonly CertificatePair[],
  hosts: readonly string[],
  routes: readonly Route[],
  now: number,
): string[] {
  return [
    ...certificates.flatMap((pair) => inTime(pair, now)),
    ...uncovered([...certificates.flatMap(({ names }) => names), ...hosts], routes),
  ];
}

function inTime({ file, names, begins, expires }: CertificatePair, now: number): string[] {
  const whose = `${file} (${someOf(names)})`;
  if (begins > now) return [`${whose} is valid from ${dayOf(new Date(begins))} on only, and every client would refuse it until then`];
  const days = Math.floor((expires - now) / 24 / 3_600_000);
  return expires - now < soon
    ? [`${whose} expires in ${days === 1 ? '1 day' : `${days} days`}, on ${dayOf(new Date(expires))}; renew it`]
    : [];
}

/** Which hosts of routes have no certificate: who asks for them is shown another, and refuses it. */
function uncovered(covered: readonly string[], routes: readonly Route[]): string[] {
  if (covered.length === 0) return [];
  const hosts = new Set(routes.flatMap(({ match: { host } }) => (host === undefined || isCovered(host, covered) ? [] : [host])));
  return [...hosts].map(
    (host) => `no certificate is for ${host}, which a route asks for; over TLS, its clients are shown that of ${covered[0]}, and refuse it`,
  );
}

function someOf(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
