/** What TLS with an origin can fail by, in words, and what would help. */
interface Meaning {
  readonly reason: string;
  readonly advice?: string;
}

const unknownSigner =
  'nobody whom the balancer trusts has signed its certificate; give --origin-ca=FILE, a PEM file with who signed it (the certificate itself, where that did)';
const byStranger = 'certificate not trusted, signed by somebody unknown here';
const brokenChain: Meaning = {
  reason: byStranger,
  advice: `${unknownSigner}; or have it send the certificates in between as well, of which it may send only its own`,
};
const noTls: Meaning = {
  reason: 'no TLS, but something else',
  advice: 'it may speak plain HTTP at that port; list it with http://, or give the port where it speaks TLS',
};
const noHttp2: Meaning = {
  reason: 'no HTTP/2',
  advice:
    'it speaks no HTTP/2 at that port, or only over TLS (h2://), or only without (h2c://); for HTTP/1.1 list it with http:// or https://',
};
const wantsOurs = 'it asks for a certificate of the balancer, which has none; let it take connections without';
const noCommon: Meaning = {
  reason: 'no version of TLS in common',
  advice: 'it and the balancer have no version or cipher of TLS in common; the balancer speaks TLS 1.2 and 1.3',
};

/** By the codes that Node.js and OpenSSL have for them. */
const meanings: Readonly<Record<string, Meaning>> = {
  CERT_HAS_EXPIRED: {
    reason: 'certificate has expired',
    advice: 'its certificate, or that of who signed it, has expired; renew it',
  },
  CERT_NOT_YET_VALID: {
    reason: 'certificate is not valid yet',
    advice: 'its certificate is not valid yet; set the clocks of both machines right',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: { reason: 'certificate not trusted, signed by itself', advice: unknownSigner },
  SELF_SIGNED_CERT_IN_CHAIN: { reason: byStranger, advice: unknownSigner },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: brokenChain,
  UNABLE_TO_GET_ISSUER_CERT: brokenChain,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: brokenChain,
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: 'certificate is for another name',
    advice:
      'its certificate is for another name; list the origin by a name that is in the certificate, or give such a name as --origin-name',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: {
    reason: 'no HTTP/1.1 over TLS',
    advice: 'it speaks HTTP/2 alone; list it with h2://, or let it speak HTTP/1.1 as well',
  },
  NO_HTTP2: noHttp2,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: { reason: 'a certificate of the balancer is asked for', advice: wantsOurs },
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: noCommon,
  ERR_SSL_UNSUPPORTED_PROTOCOL: noCommon,
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: {
    reason: 'its name is not known there',
    advice: 'it knows no site of that name; give the name of one as --origin-name',
  },
};

/** The codes that there are for certificates that aren't trusted, besides those in the table. */
const certificateCode = /^[A-Z_]*(?:CERT|SIGNATURE)[A-Z_]*$/;

/** What Node.js says where the other side closes in the middle of a handshake. */
const closedEarly = 'Client network socket disconnected before secure TLS connection was established';

/** What of a certificate that is for other names is looked at. */
type Failure = NodeJS.ErrnoException & { readonly host?: string; readonly cert?: { readonly subjectaltname?: string } };

/** Why TLS with an origin failed, in a few words and with the code that everybody can look up; nothing where it isn't TLS that did. */
export function handshakeFailure(error: Failure): string | undefined {
  const { code = '', message } = error;
  if (message === closedEarly) return `connection closed in the TLS handshake (${code})`;
  const reason = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? otherNames(error) : meanings[code]?.reason;
  if (reason !== undefined) return `${reason} (${code})`;
  if (certificateCode.test(code)) return `certificate not trusted (${code})`;
  return /^ERR_(?:SSL|TLS|OSSL)_/.test(code) ? `TLS failed (${code})` : undefined;
}

/** What would help where something failed for that reason; nothing where it isn't TLS that did, or nothing is known. */
export function handshakeAdvice(reason: string): string | undefined {
  const [, code = ''] = /\(([^()]+)\)$/.exec(reason) ?? [];
  return meanings[code]?.advice ?? (certificateCode.test(code) ? unknownSigner : undefined);
}

/** The most names of a certificate that are told: some have a hundred. */
const mostNames = 3;

/** Which names the certificate has. It may say anything: what is no name is not told. */
function otherNames({ host, cert }: Failure): string {
  const names = [...(cert?.subjectaltname ?? '').matchAll(/(?:DNS|IP Address):([\w.*:-]{1,253})(?=,|$)/g)].map(([, name]) => name);
  if (host === undefined || names.length === 0) return 'certificate is for another name';
  const told = names.length > mostNames ? [...names.slice(0, mostNames), '…'] : names;
  return `certificate is for ${told.join(', ')}, not for ${host}`;
}
