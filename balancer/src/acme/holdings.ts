import { isDeepStrictEqual } from 'node:util';
import type { Certificate } from './alpn-certificate.ts';
import type { Clock } from './clock.ts';
import { type Failure, Failures, ofAuthority } from './failures.ts';
import { type HostStatus, KeptHost } from './kept-host.ts';
import type { Store } from './store.ts';
import { dated } from './words.ts';

/** What holdings work with. */
export interface HoldingsParts {
  readonly hosts: readonly string[];
  readonly store: Store;
  /** Told of each certificate that is to be shown from now on; resolves once it is. */
  readonly installed: (host: string, certificate: Certificate) => Promise<void>;
  readonly clock: Clock;
  readonly note: (message: string) => void;
}

/** What there is for each host, in the store and shown; and when it needs more. */
export class Holdings {
  readonly hosts: readonly KeptHost[];
  readonly failures: Failures;
  readonly #parts: HoldingsParts;
  /** What was read last from the store, by host. */
  readonly #read = new Map<KeptHost, Certificate>();
  /** Why the authority is not asked for now. */
  #paused: Failure | undefined;

  constructor(parts: HoldingsParts) {
    this.#parts = parts;
    this.hosts = parts.hosts.map((host) => new KeptHost(host));
    this.failures = new Failures(parts.store.folder);
  }

  /** Reads what is in the store and has it shown, where it is new. Rejects with the system's error. */
  async takeAll(): Promise<void> {
    for (const host of this.hosts) await this.takeOne(host);
  }

  /** The same for one host: another balancer may have ordered for it. */
  async takeOne(host: KeptHost): Promise<void> {
    await this.takePause();
    host.failure = await this.failures.of(host.name);
    const kept = await this.#parts.store.certificate(host.name);
    if (!kept || isDeepStrictEqual(kept, this.#read.get(host))) return;
    this.#read.set(host, kept);
    if (isSame(kept, host.held)) return;
    try {
      await this.have(host, kept);
    } catch (error) {
      this.#parts.note(`acme: ${this.#parts.store.pathOf(host.name)} cannot be used: ${(error as Error).message}`);
    }
  }

  /** Has another certificate shown for a host. Throws where it can't be used; then what there was is shown still. */
  async have(host: KeptHost, certificate: Certificate): Promise<void> {
    const { installed, clock, note } = this.#parts;
    host.take(certificate, clock.random());
    await installed(host.name, certificate);
    if (host.held) note(`acme: ${host.name}: its certificate is in use, good until ${dated(host.held.notAfter)}`);
  }

  /** Reads why the authority is to be left alone, where it is. */
  async takePause(): Promise<void> {
    this.#paused = await this.failures.of(ofAuthority);
  }

  isDue(host: KeptHost): boolean {
    return host.nextOrder(this.#paused) <= this.#parts.clock.now();
  }

  status(): readonly HostStatus[] {
    const now = this.#parts.clock.now();
    return this.hosts.map((host) => host.status(now, this.#paused));
  }
}

function isSame(one: Certificate, other: Certificate | undefined): boolean {
  return one.cert.trim() === other?.cert.trim() && one.key.trim() === other.key.trim();
}
