import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Store } from '../../src/acme/store.ts';
import { until } from '../until.ts';
import { fileText, keeperMaker } from './keepers.ts';
import { madeCertificate } from './made-certificate.ts';
import { noPebble, type Pebble, startPebble } from './pebble.ts';
import { type Site, startSite } from './site.ts';

const keepers = keeperMaker();
afterEach(() => keepers.end());

let site: Site;
let pebble: Pebble;
beforeAll(async () => {
  site = await startSite();
  if (noPebble) process.stdout.write(`${noPebble}\n`);
  else pebble = await startPebble({ httpPort: site.httpPort, tlsPort: site.tlsPort, refusedNonces: 30, sleep: 1 });
});
afterAll(() => {
  pebble?.end();
  site.close();
});

const day = 24 * 60 * 60 * 1000;

const usual = () => ({ directory: pebble.directory, ca: fileText(pebble.ca), showing: site });

function serialOf(cert: string | undefined): string {
  return new X509Certificate(cert ?? '').serialNumber;
}

(noPebble ? describe.skip : describe)('with Pebble, which refuses good nonces and sleeps before it looks', () => {
  test.each(['http-01', 'tls-alpn-01'] as const)('a certificate is ordered by %s', async (type) => {
    const host = `${type}.example.com`;
    const { keeper, installed, store, notes } = keepers.make({ ...usual(), hosts: [host], types: [type], email: 'me@example.com' });
    await keeper.open();
    keeper.start();
    await until(
      () => installed.has(host),
      () => notes,
    );
    const [{ cert = '', key = '' } = {}] = installed.get(host) ?? [];
    expect(new X509Certificate(cert).checkHost(host)).toBe(host);
    expect(cert.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(1);
    expect(site.shown.filter((one) => one.host === host).map((one) => one.type)).toEqual([type]);
    await until(
      () => [...site.now].every((one) => one.host !== host),
      () => [...site.now],
    );
    expect(fileText(store.pathOf(host))).toBe(`${key}${cert.trimEnd()}\n`);
    expect(keeper.status()).toEqual([expect.objectContaining({ host, state: 'good', failures: 0, problem: undefined })]);
    expect(keeper.orders).toEqual({ issued: 1, failed: 0 });
  });

  test('what is in the store is its owner’s alone, and is used at the next start without another order', async () => {
    const folder = keepers.newFolder();
    const hosts = ['again.example.com'];
    const first = keepers.make({ ...usual(), hosts, folder });
    await first.keeper.open();
    first.keeper.start();
    await until(
      () => first.keeper.orders.issued === 1,
      () => first.notes,
    );
    await first.keeper.stop();
    const { store } = first;
    const modes = [store.folder, join(store.folder, 'account.key'), store.pathOf('again.example.com')].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    const second = keepers.make({ ...usual(), hosts, folder });
    await second.keeper.open();
    expect(second.installed.get('again.example.com')).toHaveLength(1);
    second.keeper.start();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(second.keeper.orders).toEqual({ issued: 0, failed: 0 });
  });

  test('a certificate that comes to its end is replaced', async () => {
    const host = 'old.example.com';
    const folder = keepers.newFolder();
    const store = new Store(folder, pebble.directory);
    await store.open();
    const old = madeCertificate({ host, notBefore: Date.now() - 70 * day, notAfter: Date.now() + 20 * day });
    await store.keep(host, old);
    const { keeper, installed, notes } = keepers.make({ ...usual(), hosts: [host], folder });
    await keeper.open();
    expect(serialOf(installed.get(host)?.[0]?.cert)).toBe('01');
    keeper.start();
    await until(
      () => installed.get(host)?.length === 2,
      () => notes,
    );
    expect(serialOf(installed.get(host)?.[1]?.cert)).not.toBe('01');
  });

  test('a host that is elsewhere has a good certificate still, and the log says why there is no newer one', async () => {
    const [lost, found] = ['elsewhere.example.com', 'here.example.com'];
    await pebble.place(lost, '127.0.0.99');
    const folder = keepers.newFolder();
    const store = new Store(folder, pebble.directory);
    await store.open();
    await store.keep(lost, madeCertificate({ host: lost, notBefore: Date.now() - 70 * day, notAfter: Date.now() + 20 * day }));
    const { keeper, installed, notes } = keepers.make({ ...usual(), hosts: [lost, found], folder, types: ['http-01'] });
    await keeper.open();
    keeper.start();
    await until(
      () => installed.has(found),
      () => notes,
    );
    expect(installed.get(lost)).toHaveLength(1);
    expect(notes.find((note) => note.includes('next try'))).toMatch(
      /^acme: elsewhere\.example\.com: the authority could not see by http-01 that elsewhere\.example\.com is here: .*127\.0\.0\.99.* \(\w+\); the certificate that it has stays in use; next try in [12] min, or as soon as .*elsewhere\.example\.com\.failure\.json is removed$/,
    );
    expect(keeper.status()[0]).toMatchObject({ host: lost, state: 'good', failures: 1 });
    // Also who starts again waits.
    await keeper.stop();
    const again = keepers.make({ ...usual(), hosts: [lost], folder });
    await again.keeper.open();
    again.keeper.start();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(again.keeper.orders).toEqual({ issued: 0, failed: 0 });
  });

  test('of two balancers with one store one orders, and both have what came of it', async () => {
    const folder = keepers.newFolder();
    const hosts = ['shared.example.com', 'common.example.com'];
    const both = [1, 2].map(() => keepers.make({ ...usual(), hosts, folder }));
    await Promise.all(both.map(({ keeper }) => keeper.open()));
    for (const { keeper } of both) keeper.start();
    await until(
      () => both.every(({ installed }) => installed.size === 2),
      () => both.map(({ notes }) => notes),
    );
    const [one, other] = both.map(({ installed }) => hosts.map((host) => serialOf(installed.get(host)?.at(-1)?.cert)));
    expect(one).toEqual(other);
    expect(both.map(({ keeper }) => keeper.orders.issued).reduce((sum, count) => sum + count)).toBe(2);
  });
});
