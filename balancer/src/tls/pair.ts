/** A certificate with its key, as it is shown to clients. Plain values, since other threads are sent it. */
export interface CertificatePair {
  /** Where the certificate comes from: a file's path. */
  readonly file: string;
  readonly keyFile: string;
  /** The certificate and those that vouch for it, its own first, as PEM. */
  readonly cert: string;
  /** Its private key, as PEM, not encrypted. */
  readonly key: string;
  /** The names and addresses that it is for, in lower case; a name may begin with `*.`. */
  readonly names: readonly string[];
  /** From when and until when it is valid, in ms since 1970. */
  readonly begins: number;
  readonly expires: number;
}

/** Proof for a certificate authority that one has a name (RFC 8737): shown to who asks for that name by the protocol `acme-tls/1`. */
export interface ChallengeProof {
  readonly name: string;
  readonly cert: string;
  readonly key: string;
}

/** What an authority is answered that asks whether a host is here, on the plain port (RFC 8555 §8.3). */
export interface ProofPage {
  readonly token: string;
  readonly text: string;
}

/** What comes while a balancer runs, besides the files of its configuration. Plain values, since other threads are sent it. */
export interface Issued {
  readonly pairs: readonly CertificatePair[];
  readonly proofs: readonly ChallengeProof[];
  readonly pages: readonly ProofPage[];
}
