import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { InvalidValue } from './values.ts';

/** The most hosts: Let's Encrypt gives 300 orders in three hours, and a first start needs one for each. */
const mostHosts = 100;

/** A name as certificates have it: labels of letters, digits and dashes (RFC 1123 §2.1). */
const nameForm = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Reads the hosts that certificates are for, in lower case. Throws InvalidValue, with the first that can't be had. */
export function hostsOf(texts: readonly string[]): readonly string[] {
  const hosts = texts.map((text) => text.toLowerCase());
  if (hosts.length === 0) throw new InvalidValue('is an empty list; give a host, such as shop.example.com');
  if (hosts.length > mostHosts) throw new InvalidValue(`there are ${hosts.length}; give ${mostHosts} at most`);
  for (const [place, host] of hosts.entries()) {
    const problem = hosts.indexOf(host) < place ? 'is given twice; keep one' : problemWith(host);
    if (problem) throw new InvalidValue(`"${host}" ${problem}`);
  }
  return hosts;
}

function problemWith(host: string): string | undefined {
  if (host.includes('*')) {
    return 'has a wildcard, which an authority believes only who changes DNS (dns-01), and not http-01 or tls-alpn-01; list each host by its name, such as www.example.com, or give a certificate of your own in certificates:';
  }
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0 || /^[\d.]+$/.test(host))
    return 'is an address, and certificates are ordered for names; give the name that leads there';
  if (/[/:@]/.test(host)) return 'is more than a name; give it without scheme, port and path, such as shop.example.com';
  if (nameForm.test(host))
    return host.includes('.') ? undefined : 'has no dot, and no authority knows whose it is; give the whole name, such as shop.example.com';
  const ascii = domainToASCII(host);
  return nameForm.test(ascii)
    ? `has letters that DNS doesn't have; give ${ascii}`
    : 'is no name of a host; give one such as shop.example.com';
}
