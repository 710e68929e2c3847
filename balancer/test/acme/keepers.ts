import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from '../../src/acme/alpn-certificate.ts';
import type { Showing } from '../../src/acme/challenges.ts';
import { machineClock } from '../../src/acme/clock.ts';
import { Keeper, type KeeperParts } from '../../src/acme/keeper.ts';
import { Store } from '../../src/acme/store.ts';

/** A keeper and what came of it. */
export interface Kept {
  readonly keeper: Keeper;
  readonly store: Store;
  /** What is shown, by host; each in the order in which it came. */
  readonly installed: Map<string, Certificate[]>;
  readonly notes: string[];
}

/** Where a keeper works, and what differs from the usual. */
export interface KeeperTerms extends Partial<KeeperParts> {
  readonly directory: string;
  readonly showing: Showing;
  readonly hosts: readonly string[];
  /** The store's folder; a new one otherwise. */
  readonly folder?: string;
}

/** Makes keepers for tests, which look around often; `end` stops all, and removes what they have kept. */
export function keeperMaker() {
  const folders: string[] = [];
  const keepers: Keeper[] = [];
  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'acme-'));
    folders.push(folder);
    return folder;
  };
  const make = ({ folder = newFolder(), ...terms }: KeeperTerms): Kept => {
    const installed = new Map<string, Certificate[]>();
    const notes: string[] = [];
    const store = new Store(folder, terms.directory);
    const keeper = new Keeper({
      ...{ email: undefined, ca: undefined, timeout: 10_000, types: ['http-01', 'tls-alpn-01'], isIssuer: true, every: 20 },
      ...{ clock: machineClock, note: (text) => void notes.push(text), instance: `balancer ${keepers.length + 1}`, store },
      installed: async (host, certificate) => void installed.set(host, [...(installed.get(host) ?? []), certificate]),
      ...terms,
    });
    keepers.push(keeper);
    return { keeper, store, installed, notes };
  };
  const end = async () => {
    await Promise.all(keepers.splice(0).map((keeper) => keeper.stop()));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  };
  return { make, newFolder, end };
}

/** The text of a file. */
export function fileText(path: string): string {
  return readFileSync(path, 'utf8');
}
