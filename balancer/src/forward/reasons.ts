/** Why an attempt failed, in a few words. What the system says (ECONNREFUSED and the like) stays as it is: everybody can look that up. */
export function reasonOf({ code = '', message }: Error & { readonly code?: string }): string {
  if (certificateCode.test(code)) return `certificate not trusted (${code})`;
  if (code === 'INVALID') return `no valid HTTP: ${message}`;
  return byCode[code] ?? (code || message);
}

/** By the trouble's code. */
const byCode: Readonly<Record<string, string>> = {
  LATE_CONNECTION: 'no connection in time',
  LATE_ANSWER: 'no answer in time',
  SILENT: 'silent for too long',
  CLOSED: 'connection closed',
  CUT: 'cut by the balancer',
  LONG_HEAD: 'header over --max-answer-header',
  CHATTY: 'too many interim answers',
};

/** The codes that OpenSSL and Node.js have for certificates that they don't trust. */
const certificateCode = /\b[A-Z_]*(?:CERT|SIGNATURE)[A-Z_]*\b/;

/**
 * What is wrong at an origin that no other attempt helps against, and what would help, by the reason why attempts or probes there
 * fail; nothing where the reason speaks for itself.
 */
export function adviceOn(reason: string): string | undefined {
  const [code] = certificateCode.exec(reason) ?? [];
  if (code === undefined) return undefined;
  if (code.includes('ALTNAME')) return 'its certificate is for another name; list the origin by a name that is in the certificate';
  if (code.includes('EXPIRED')) return 'its certificate has expired; renew it';
  return 'nobody whom this machine trusts has signed its certificate; start the balancer with NODE_EXTRA_CA_CERTS=FILE, a PEM file with who signed it (the certificate itself, where that did)';
}

/** Makes a function that is told why something failed at an origin, and notes what would help: once for each origin and advice. */
export function adviser(note: (message: string) => void): (origin: string, reason: string) => void {
  const given = new Set<string>();
  return (origin, reason) => {
    const advice = adviceOn(reason);
    const message = `${origin}: ${advice}`;
    if (advice === undefined || given.has(message)) return;
    given.add(message);
    note(message);
  };
}
