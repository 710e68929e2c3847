import type { SecureContext } from 'node:tls';
import type { Contexts } from './contexts.ts';
import { wildcardFor } from './names.ts';
import type { CertificatePair, ChallengeProof, Issued } from './pair.ts';

/** Which certificate is shown to whom. */
export class ShownCertificates {
  /** Whether all are shown the same. */
  readonly isOne: boolean;
  readonly #contexts: Contexts;
  readonly #byName = new Map<string, CertificatePair>();
  readonly #first: CertificatePair | undefined;
  readonly #proofs: ReadonlyMap<string, ChallengeProof>;

  /** `pairs` are those of the configuration; where one of them and an issued one have the same name, it stays with the first. */
  constructor(contexts: Contexts, pairs: readonly CertificatePair[], { pairs: issued, proofs }: Issued) {
    this.#contexts = contexts;
    const all = [...pairs, ...issued];
    this.#first = all[0];
    for (const pair of all) for (const name of pair.names) if (!this.#byName.has(name)) this.#byName.set(name, pair);
    this.isOne = new Set(this.#byName.values()).size < 2;
    this.#proofs = new Map(proofs.map((proof) => [proof.name, proof]));
  }

  /** Whether an authority may ask for a proof. */
  get hasProofs(): boolean {
    return this.#proofs.size > 0;
  }

  /** For who names nobody; nothing where there is no certificate yet. */
  get first(): SecureContext | undefined {
    return this.#first && this.#contexts.of(this.#first);
  }

  /** For who asks for a name (SNI, RFC 6066 §3): the certificate of just that name before one with a wildcard, else the first. */
  named(name: string): SecureContext | undefined {
    const asked = name.toLowerCase().replace(/\.$/, '');
    const pair = this.#byName.get(asked) ?? this.#byName.get(wildcardFor(asked));
    return pair ? this.#contexts.of(pair) : this.first;
  }

  /** The proof that one has a name, for the authority that asks for it (RFC 8737 §3). */
  proof(name: string): SecureContext | undefined {
    const proof = this.#proofs.get(name.toLowerCase());
    return proof && this.#contexts.of(proof);
  }
}
