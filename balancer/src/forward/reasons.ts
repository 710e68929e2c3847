/** Why an attempt failed, in a few words of ours: the library's own words would change with the library, and nobody can look them up. */
export function reasonOf({ name, code = '', message }: Error & { readonly code?: string }): string {
  if (name === 'HTTPParserError' || code.startsWith('HPE_')) return 'no valid HTTP';
  if (certificateCode.test(code)) return `certificate not trusted (${code})`;
  return byCode[code] ?? (code && !code.startsWith('UND_ERR') ? code : message);
}

/** By the error's code. What the system says (ECONNREFUSED and the like) stays as it is: everybody can look that up. */
const byCode: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'silent for too long',
  UND_ERR_SOCKET: 'connection closed',
  UND_ERR_DESTROYED: 'cut by the balancer',
  UND_ERR_CLOSED: 'cut by the balancer',
  UND_ERR_ABORTED: 'cut by the balancer',
  UND_ERR_HEADERS_OVERFLOW: 'header over --max-answer-header',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'not as long as it said',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'request body not as long as it said',
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
