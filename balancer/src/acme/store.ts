import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from './alpn-certificate.ts';
import { type Challenge, isChallengeType, tokenForm } from './challenges.ts';
import { missing, remove, textOf, writeWhole } from './files.ts';

/** The most challenges that are shown at once; an order has one at a time. */
const mostChallenges = 100;

/**
 * What is kept between two starts, and shared by several balancers: the account's key, certificates with their keys, and the challenges
 * that are shown. One folder for each authority, since a test authority's certificates are none of another's. All of it is for its owner alone.
 */
export class Store {
  readonly folder: string;

  constructor(folder: string, directory: string) {
    this.folder = join(folder, folderName(directory));
  }

  /** Makes the folders. Rejects with the system's error. */
  async open(): Promise<void> {
    await mkdir(this.#challenges, { recursive: true, mode: 0o700 });
  }

  /** The account's key; a new one where there is none. To be called by the one who has the lock. */
  async accountKey(): Promise<KeyObject> {
    const path = join(this.folder, 'account.key');
    const kept = await textOf(path);
    if (kept !== undefined) return keyIn(kept, path);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeWhole(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return privateKey;
  }

  /** Where the certificate of a host is: its key and its chain in one file, so that nobody ever finds one without the other. */
  pathOf(host: string): string {
    return join(this.folder, `${host}.pem`);
  }

  /** What is there of a host; whether it can be used is not looked at. */
  async certificate(host: string): Promise<Certificate | undefined> {
    const text = await textOf(this.pathOf(host));
    if (text === undefined) return undefined;
    const begin = text.indexOf('-----BEGIN CERTIFICATE-----');
    return begin < 0 ? { key: text, cert: '' } : { key: text.slice(0, begin), cert: text.slice(begin) };
  }

  /** Puts a certificate in the place of the one that there was. Rejects with the system's error; then that one is still there. */
  async keep(host: string, { cert, key }: Certificate): Promise<void> {
    await writeWhole(this.pathOf(host), `${key.trimEnd()}\n${cert.trimEnd()}\n`);
  }

  /** The challenges that are to be shown now. */
  async challenges(): Promise<readonly Challenge[]> {
    const names = (await this.#challengeNames()).filter((name) => tokenForm.test(name)).slice(0, mostChallenges);
    const read = await Promise.all(names.map((name) => textOf(join(this.#challenges, name))));
    return read.map(challengeIn).filter((challenge) => challenge !== undefined);
  }

  async keepChallenge(challenge: Challenge): Promise<void> {
    await writeWhole(join(this.#challenges, challenge.token), JSON.stringify(challenge));
  }

  async removeChallenge(token: string): Promise<void> {
    await remove(join(this.#challenges, token));
  }

  /** Removes what somebody has left who ended in the middle of an order. To be called by the one who has the lock. */
  async removeChallenges(): Promise<void> {
    for (const name of await this.#challengeNames()) await this.removeChallenge(name);
  }

  async #challengeNames(): Promise<readonly string[]> {
    return (await readdir(this.#challenges).catch(missing)) ?? [];
  }

  get #challenges(): string {
    return join(this.folder, 'challenges');
  }
}

function keyIn(text: string, path: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    throw new Error(`${path} has no private key; remove it, and another account is made`);
  }
}

/** `https://ca.example/acme/directory` → `ca.example-acme-directory`. */
function folderName(directory: string): string {
  const { host, pathname } = new URL(directory);
  return `${host}${pathname}`.replace(/[^A-Za-z0-9.]+/g, '-').replace(/-$/, '');
}

function challengeIn(text: string | undefined): Challenge | undefined {
  try {
    const { type, host, token, keyAuthorization } = JSON.parse(text ?? '') as Partial<Record<keyof Challenge, unknown>>;
    if (!isChallengeType(type) || typeof host !== 'string' || typeof token !== 'string') return undefined;
    return typeof keyAuthorization === 'string' ? { type, host, token, keyAuthorization } : undefined;
  } catch {
    return undefined;
  }
}
