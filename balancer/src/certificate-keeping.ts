import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { createSecureContext } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { alpnCertificate, type Certificate } from './acme/alpn-certificate.ts';
import type { Challenge, Showing } from './acme/challenges.ts';
import { machineClock } from './acme/clock.ts';
import { Keeper } from './acme/keeper.ts';
import { Store } from './acme/store.ts';
import type { AcmeReport } from './admin/api.ts';
import type { AcmeSettings } from './config/acme.ts';
import { namesIn } from './tls/names.ts';
import type { CertificatePair, Issued } from './tls/pair.ts';

/** Who serves clients, as far as certificates are concerned. */
export interface CertificateServer {
  show(issued: Issued): void;
  /** Resolves once every thread does as it was told. */
  settled(): Promise<unknown>;
}

/** What certificates are kept with. */
export interface KeepingParts {
  readonly server: CertificateServer;
  /** A name that no other balancer has. */
  readonly instance: string;
  readonly note: (message: string) => void;
}

/** The longest that an authority may take for an answer, the time between two looks into the store, and the longest that a stop may take; in ms. */
const times = { timeout: 30_000, every: 2000, stop: 1000 };

/** Certificates that come and are renewed by themselves: joins who keeps them with who shows them. */
export class CertificateKeeping {
  readonly #parts: KeepingParts;
  readonly #pairs = new Map<string, CertificatePair>();
  readonly #challenges = new Map<string, Challenge>();
  #settings: AcmeSettings;
  #keeper: Keeper;

  private constructor(settings: AcmeSettings, parts: KeepingParts) {
    this.#parts = parts;
    this.#settings = settings;
    this.#keeper = this.#keeperOf(settings);
  }

  /** Has shown what is in the store; orders nothing yet. Rejects with the system's error where the store can't be used. */
  static async of(settings: AcmeSettings, parts: KeepingParts): Promise<CertificateKeeping> {
    const keeping = new CertificateKeeping(settings, parts);
    await keeping.#keeper.open();
    return keeping;
  }

  /** Orders what is missing. To be called once clients are served. */
  start(): void {
    this.#keeper.start();
  }

  /** Goes on under other settings. Rejects with the system's error where their store can't be used; then it goes on as before. */
  async follow(settings: AcmeSettings): Promise<void> {
    if (isDeepStrictEqual(settings, this.#settings)) return;
    const next = this.#keeperOf(settings);
    await next.open();
    await this.#keeper.stop();
    this.#keeper = next;
    this.#settings = settings;
    for (const host of this.#pairs.keys()) if (!settings.hosts.includes(host)) this.#pairs.delete(host);
    await this.#show();
    next.start();
  }

  /** Gives up what is under way; resolves once nothing is, or soon after: a shared folder may be away. */
  async stop(): Promise<void> {
    await Promise.race([this.#keeper.stop(), new Promise<void>((over) => machineClock.after(times.stop, over))]);
  }

  /** How each host stands, and how many orders have ended in which way since the start. */
  report(): AcmeReport {
    const hosts = this.#keeper.status().map(({ notAfter = null, problem = null, nextOrder, ...rest }) => ({
      ...{ ...rest, notAfter, problem, nextOrder: Math.round(nextOrder) },
    }));
    return { hosts, ...this.#keeper.orders };
  }

  /** What is shown now beside what is configured. */
  get pairs(): readonly CertificatePair[] {
    return [...this.#pairs.values()];
  }

  #keeperOf(settings: AcmeSettings): Keeper {
    const { instance, note } = this.#parts;
    const store = new Store(settings.store, settings.directory);
    const { hosts, email, directory, challenge: types, issuer: isIssuer } = settings;
    return new Keeper({
      ...{
        hosts,
        email,
        directory,
        ca: settings['directory-ca'],
        types,
        isIssuer,
        store,
        note,
        clock: machineClock,
        timeout: times.timeout,
        every: times.every,
      },
      instance: `${hostname()}, process ${process.pid}, ${instance}`,
      showing: this.#showing,
      installed: (host, certificate) => this.#install(host, certificate, store.pathOf(host)),
    });
  }

  readonly #showing: Showing = {
    show: (challenge) => {
      this.#challenges.set(challenge.token, challenge);
      return this.#show();
    },
    hide: ({ token }) => {
      this.#challenges.delete(token);
      return this.#show();
    },
  };

  async #install(host: string, { cert, key }: Certificate, file: string): Promise<void> {
    // What OpenSSL does not take, no thread is told of.
    createSecureContext({ cert, key, ca: [] });
    const leaf = new X509Certificate(cert);
    const life = { begins: leaf.validFromDate.getTime(), expires: leaf.validToDate.getTime() };
    this.#pairs.set(host, { file, keyFile: file, cert, key, names: namesIn(leaf), ...life });
    await this.#show();
  }

  /** Has every thread show what there is now. */
  async #show(): Promise<void> {
    const challenges = [...this.#challenges.values()];
    const [pages, proofs] = ['http-01', 'tls-alpn-01'].map((type) => challenges.filter((challenge) => challenge.type === type));
    this.#parts.server.show({
      pairs: this.pairs,
      proofs: (proofs ?? []).map(({ host, keyAuthorization }) => ({ name: host, ...alpnCertificate(host, keyAuthorization, Date.now()) })),
      pages: (pages ?? []).map(({ token, keyAuthorization }) => ({ token, text: keyAuthorization })),
    });
    await this.#parts.server.settled();
  }
}
