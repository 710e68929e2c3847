import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { machineClock } from '../../src/acme/clock.ts';
import { Store } from '../../src/acme/store.ts';
import { certificateFile } from '../tls-origin.ts';
import { until } from '../until.ts';
import { type FakeAuthority, type Instead, json, problem, startFakeAuthority } from './fake-authority.ts';
import { fileText, keeperMaker } from './keepers.ts';
import { madeCertificate } from './made-certificate.ts';
import { type Site, startSite } from './site.ts';

const day = 24 * 60 * 60 * 1000;
const host = 'shop.example.com';

const keepers = keeperMaker();
let site: Site;
let authority: FakeAuthority;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());
afterEach(async () => {
  await keepers.end();
  authority.close();
});

async function usual() {
  authority = await startFakeAuthority();
  return { directory: authority.directory, ca: fileText(certificateFile), showing: site, hosts: [host] };
}

type Made = ReturnType<typeof keepers.make>;

async function begun(terms: Parameters<typeof keepers.make>[0]): Promise<Made> {
  const made = keepers.make(terms);
  await made.keeper.open();
  made.keeper.start();
  return made;
}

/** Looks around often, so that who asks again at once is seen to do so. */
async function looks(count = 10): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, count * 20));
}

const failed = (made: Made) =>
  until(
    () => made.keeper.orders.failed > 0,
    () => made.notes,
  );
const issued = (made: Made, count = 1) =>
  until(
    () => made.keeper.orders.issued === count,
    () => made.notes,
  );

describe('an authority that asks to be left alone', () => {
  const limited: Instead = (reply) => problem(reply, 429, 'rateLimited', 'too many certificates already issued', { 'Retry-After': '7200' });

  test('is left alone for as long as it says, also by who starts again', async () => {
    const terms = { ...(await usual()), folder: keepers.newFolder() };
    authority.instead('/new', limited);
    const first = await begun(terms);
    await failed(first);
    await looks();
    await first.keeper.stop();
    for (let starts = 0; starts < 3; starts += 1) {
      const { keeper } = await begun(terms);
      await looks(3);
      await keeper.stop();
    }
    expect(authority.count('/new')).toBe(1);
    const [status] = first.keeper.status();
    expect(status).toMatchObject({
      state: 'none',
      failures: 1,
      problem: `ordering ${host}: too many certificates already issued (rateLimited)`,
    });
    expect(status?.nextOrder).toBeGreaterThan(Date.now() + 7190_000);
    expect(first.notes.at(-1)).toMatch(
      /; it has no certificate; next try in [23] h, or as soon as .*shop\.example\.com\.failure\.json is removed$/,
    );
  });

  test('is asked for other hosts still, and for an hour at least not for that one', async () => {
    const terms = await usual();
    authority.instead('/new', (reply, asked) => {
      authority.instead('/new', undefined);
      limited(reply, asked);
    });
    const made = await begun({ ...terms, hosts: [host, 'other.example.com'] });
    await issued(made);
    expect(made.installed.has('other.example.com')).toBe(true);
    expect(made.installed.has(host)).toBe(false);
  });

  test('as a whole is asked nothing for any host', async () => {
    const terms = await usual();
    authority.instead('/dir', (reply) => problem(reply, 503, 'serverInternal', 'maintenance', { 'Retry-After': '600' }));
    const made = await begun({ ...terms, hosts: [host, 'other.example.com'] });
    await failed(made);
    await looks();
    expect(authority.asked).toHaveLength(1);
    for (const status of made.keeper.status()) expect(status.nextOrder).toBeGreaterThan(Date.now() + 590_000);
  });

  test('is asked as soon as the file with the failure is removed', async () => {
    const terms = await usual();
    authority.instead('/new', limited);
    const made = await begun(terms);
    await failed(made);
    authority.instead('/new', undefined);
    const [file = ''] = readdirSync(made.store.folder).filter((name) => name.endsWith('.failure.json'));
    rmSync(join(made.store.folder, file));
    await issued(made);
    expect(made.keeper.status()).toEqual([expect.objectContaining({ state: 'good', failures: 0, problem: undefined })]);
  });
});

describe('what is answered that can not be used', () => {
  test.each<[string, string, Instead, RegExp]>([
    ['is no directory', '/dir', (reply) => json(reply, 200, {}), /is no ACME directory: it names no newNonce, newAccount and newOrder;/],
    [
      'is no JSON',
      '/new',
      (reply) => void reply.writeHead(201, { Location: '/order/0' }).end('<html>'),
      /ordering shop\.example\.com: the answer is no JSON object;/,
    ],
    ['is far too long', '/dir', (reply) => void reply.end('x'.repeat(300_000)), /localhost:\d+ answers more than 262144 bytes;/],
    ['never comes', '/dir', () => {}, /localhost:\d+ gave no answer in 0\.5 s;/],
    [
      'breaks off',
      '/dir',
      (reply) => void reply.writeHead(200, { 'Content-Length': '9' }).write('{', () => reply.destroy()),
      /localhost:\d+ broke off its answer;/,
    ],
    [
      'leads elsewhere',
      '/dir',
      (reply) => void reply.writeHead(302, { Location: '/elsewhere' }).end(),
      /the directory https:.*: status 302;/,
    ],
    [
      'names an address in clear',
      '/dir',
      (reply) => json(reply, 200, { newNonce: 'http://a/', newAccount: 'http://a/', newOrder: 'http://a/' }),
      /the authority names http:\/\/a\/, which does not begin with https:\/\/;/,
    ],
    [
      'is a refusal of every nonce',
      '/account',
      (reply) => problem(reply, 400, 'badNonce', 'no'),
      /registering an account: no \(badNonce\);/,
    ],
    [
      'has a token that is a path',
      '/authz',
      (reply) => json(reply, 200, { status: 'pending', challenges: [{ type: 'http-01', token: '../x', url: 'https://a/' }] }),
      /the authority offers no way to prove shop\.example\.com by http-01 or tls-alpn-01, but by http-01;/,
    ],
    [
      'is a certificate for another key',
      '/cert',
      (reply) => void reply.end(madeCertificate({ host, notBefore: 0, notAfter: Date.now() + day }).cert),
      /the certificate that came cannot be used: its key is another one’s;/,
    ],
    [
      'is a certificate for another host',
      '/cert',
      (reply) => void reply.end(madeCertificate({ host: 'a.example', notBefore: 0, notAfter: Date.now() + day }).cert),
      /the certificate that came cannot be used: it is not for shop\.example\.com;/,
    ],
    [
      'has words that would make another line of the log',
      '/new',
      (reply) => problem(reply, 403, 'unauthorized', `a\n\u001b[31m${'b'.repeat(1000)}`),
      /ordering shop\.example\.com: a \[31mb{294}… \(unauthorized\);/,
    ],
  ])('is a failure where it %s', async (what, path, answer, words) => {
    const terms = { ...(await usual()), timeout: what === 'never comes' ? 500 : 30_000 };
    authority.instead(path, answer);
    const made = await begun(terms);
    await failed(made);
    await looks(3);
    expect(made.notes).toEqual([expect.stringMatching(words)]);
    expect(authority.asked.length).toBeLessThan(16);
    expect(made.keeper.orders).toEqual({ issued: 0, failed: 1 });
  });

  test('is a failure where nobody is there, and a certificate of an authority that nobody trusts', async () => {
    const terms = await usual();
    const trusting = await begun({ ...terms, ca: undefined });
    await failed(trusting);
    expect(trusting.notes).toEqual([expect.stringMatching(/localhost:\d+ cannot be asked: DEPTH_ZERO_SELF_SIGNED_CERT;/)]);
    authority.close();
    const made = await begun(terms);
    await failed(made);
    expect(made.notes).toEqual([expect.stringMatching(/localhost:\d+ cannot be asked: ECONNREFUSED;/)]);
  });
});

test('what can not be shown by one way is shown by the other at the next try', async () => {
  const terms = { ...(await usual()), folder: keepers.newFolder() };
  const refuse: Instead = (reply) =>
    json(reply, 200, {
      status: 'invalid',
      challenges: [{ type: 'http-01', token: 'a', url: 'https://a/', error: { detail: 'no route' } }],
    });
  authority.instead('/challenge', (reply) => {
    authority.instead('/authz', refuse);
    json(reply, 200, {});
  });
  const before = site.shown.length;
  const first = await begun(terms);
  await failed(first);
  await first.keeper.stop();
  authority.instead('/authz', undefined);
  authority.instead('/challenge', undefined);
  const later = { ...machineClock, now: () => Date.now() + 2 * 60_000 };
  await issued(await begun({ ...terms, clock: later }));
  expect(site.shown.slice(before).map(({ type }) => type)).toEqual(['http-01', 'tls-alpn-01']);
});

describe('an authority that says when to renew', () => {
  async function held() {
    const terms = { ...(await usual()), folder: keepers.newFolder() };
    const store = new Store(terms.folder, terms.directory);
    await store.open();
    await store.keep(
      host,
      madeCertificate({ host, notBefore: Date.now() - 10 * day, notAfter: Date.now() + 80 * day, serial: '87654321' }),
    );
    return terms;
  }

  const window = (from: number, to: number) => ({
    suggestedWindow: { start: new Date(Date.now() + from).toISOString(), end: new Date(Date.now() + to).toISOString() },
    explanationURL: 'https://ca.example/revoked',
  });

  test('is followed, and told which certificate is replaced', async () => {
    const terms = await held();
    authority.instead('/renewal', (reply) => json(reply, 200, window(-2 * day, -day)));
    const made = await begun(terms);
    await issued(made);
    const { path } = authority.asked.find((one) => one.path.startsWith('/renewal')) ?? {};
    expect(path).toMatch(/^\/renewal\/[\w-]{27}\.AIdlQyE$/);
    expect(authority.asked.find((one) => one.path === '/new')?.payload?.['replaces']).toBe(path?.slice('/renewal/'.length));
    expect(made.notes[1]).toMatch(
      /^acme: shop\.example\.com: the authority wants it renewed between 20.* and 20.*, see https:\/\/ca\.example\/revoked$/,
    );
  });

  test('is followed also where that is later', async () => {
    const terms = await held();
    authority.instead('/renewal', (reply) => json(reply, 200, window(40 * day, 41 * day)));
    const made = await begun(terms);
    await until(
      () => made.notes.length === 2,
      () => made.notes,
    );
    await looks(3);
    expect(made.keeper.orders).toEqual({ issued: 0, failed: 0 });
    expect(made.keeper.status()[0]?.nextOrder).toBeGreaterThan(Date.now() + 39 * day);
  });

  test('gives another where it has replaced that one already', async () => {
    const terms = await held();
    authority.instead('/renewal', (reply) => json(reply, 200, window(-2 * day, -day)));
    authority.instead('/new', (reply) => {
      authority.instead('/new', undefined);
      problem(reply, 409, 'alreadyReplaced', 'there is one');
    });
    await issued(await begun(terms));
  });

  test.each<[string, Instead]>([
    ['fails', (reply) => problem(reply, 500, 'serverInternal', 'no')],
    ['has a window that ends before it begins', (reply) => json(reply, 200, window(day, -day))],
    ['says nothing of a window', (reply) => json(reply, 200, {})],
  ])('is not asked again for hours where that %s', async (_what, answer) => {
    const terms = await held();
    authority.instead('/renewal', answer);
    const made = await begun(terms);
    await until(
      () => authority.count('/renewal') > 0,
      () => authority.asked,
    );
    await looks();
    expect(authority.count('/renewal')).toBe(1);
    expect(made.keeper.status()[0]?.nextOrder).toBeLessThan(Date.now() + 50.1 * day);
  });
});

describe('the store', () => {
  test('is not believed where it has nonsense, which is named, and another certificate is ordered', async () => {
    const terms = { ...(await usual()), folder: keepers.newFolder(), hosts: [host, 'other.example.com'] };
    const store = new Store(terms.folder, terms.directory);
    await store.open();
    writeFileSync(store.pathOf(host), 'nonsense');
    await store.keep('other.example.com', madeCertificate({ host, notBefore: 0, notAfter: Date.now() + day }));
    writeFileSync(join(store.folder, `${host}.failure.json`), '{"failures":"many"}');
    writeFileSync(join(store.folder, 'challenges', 'left'), '{}');
    const made = await begun(terms);
    await issued(made, 2);
    expect(made.notes[0]).toMatch(/shop\.example\.com\.pem cannot be used: /);
    expect(made.notes[1]).toMatch(/other\.example\.com\.pem cannot be used: it is not for other\.example\.com$/);
    expect(readdirSync(join(store.folder, 'challenges'))).toEqual([]);
  });

  test('with something else in the place of the account’s key is a line in the log', async () => {
    const terms = { ...(await usual()), folder: keepers.newFolder() };
    const store = new Store(terms.folder, terms.directory);
    await store.open();
    writeFileSync(join(store.folder, 'account.key'), 'nonsense');
    const made = await begun(terms);
    await failed(made);
    expect(made.notes).toEqual([
      expect.stringMatching(/account\.key has no private key; remove it, and another account is made; it has no certificate;/),
    ]);
    expect(authority.asked).toEqual([]);
  });

  test('that is gone is a line in the log, and the authority is not asked', async () => {
    const terms = await usual();
    const made = keepers.make(terms);
    await made.keeper.open();
    rmSync(made.store.folder, { recursive: true });
    made.keeper.start();
    await until(
      () => made.notes.length > 0,
      () => made.notes,
    );
    await looks();
    expect(made.notes).toEqual([
      expect.stringMatching(
        /^acme: nothing can be ordered: ENOENT.*; next try in [12] min, or as soon as .*_authority\.failure\.json is removed$/,
      ),
    ]);
    expect(authority.asked).toEqual([]);
  });

  test('has what the issuer orders, which another balancer takes and shows', async () => {
    const terms = { ...(await usual()), folder: keepers.newFolder() };
    const other = await startSite();
    const reader = await begun({ ...terms, showing: other, isIssuer: false });
    const issuer = await begun(terms);
    await until(
      () => reader.installed.has(host),
      () => reader.notes,
    );
    expect(reader.installed.get(host)).toEqual(issuer.installed.get(host)?.map(({ cert, key }) => ({ cert, key })));
    expect(reader.keeper.orders).toEqual({ issued: 0, failed: 0 });
    // The authority may come to any of the two.
    expect(other.shown).toEqual(site.shown.slice(-1));
    await until(
      () => other.now.size === 0,
      () => [...other.now],
    );
    other.close();
  });
});

test('an order in the middle is given up at a stop: nothing is shown any more, and another may order', async () => {
  const terms = { ...(await usual()), folder: keepers.newFolder() };
  authority.instead('/challenge', () => {});
  const first = await begun({ ...terms, timeout: 60_000 });
  await until(
    () => authority.count('/challenge') > 0,
    () => authority.asked,
  );
  expect(site.now.size).toBe(1);
  await first.keeper.stop();
  expect(site.now.size).toBe(0);
  expect(first.keeper.orders).toEqual({ issued: 0, failed: 0 });
  authority.instead('/challenge', undefined);
  await issued(await begun(terms));
});
