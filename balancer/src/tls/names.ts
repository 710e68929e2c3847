import type { X509Certificate } from 'node:crypto';

/**
 * The names and addresses that a certificate is for (its subjectAltName, RFC 5280 §4.2.1.6), in lower case. The common name is none of
 * them: no client looks at it any more (RFC 9110 §4.3.4).
 */
export function namesIn({ subjectAltName = '' }: Pick<X509Certificate, 'subjectAltName'>): string[] {
  const entries = subjectAltName.split(', ').map((entry) => /^(?:DNS|IP Address):([^"]+)$/.exec(entry)?.[1]?.toLowerCase());
  return [...new Set(entries.filter((name) => name !== undefined))];
}

/** The name under which a wildcard would cover this one: `*` stands for one label (RFC 6125 §6.4.3). */
export function wildcardFor(name: string): string {
  const dot = name.indexOf('.');
  return dot === -1 ? name : `*${name.slice(dot)}`;
}

/** Whether one of these names of a certificate covers a name, or with `*.` in front all names one label below. */
export function isCovered(name: string, names: readonly string[]): boolean {
  return names.includes(name) || names.includes(wildcardFor(name));
}
