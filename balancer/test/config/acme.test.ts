import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { storeAt } from '../../src/config/acme-store.ts';
import { changesBetween, merged } from '../../src/config/changes.ts';
import { readCommand } from '../../src/config/read.ts';
import { fileOf } from '../tls-origin.ts';
import { aFile } from './a-file.ts';

const file = aFile();
const folder = mkdtempSync(join(tmpdir(), 'acme-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = { hosts: '[Shop.example.com, www.example.com]', store: folder };

function textWith(settings: Record<string, string>): string {
  const lines = Object.entries(settings).map(([key, value]) => `    ${key}: ${value}\n`);
  return `tls:\n  port: 8443\n  acme:\n${lines.join('')}`;
}

const problemsWith = (settings: Record<string, string>) =>
  file.problems(textWith({ ...good, ...settings })).map((problem) => problem.replace(/^.*, line \d+: tls: acme: /, ''));

function warnings(text: string, ...args: string[]): readonly string[] {
  const command = readCommand([`--config=${file.written(text)}`, ...args], {});
  return command.kind === 'run' ? command.warnings : [command.kind];
}

describe('acme in the file', () => {
  test('needs hosts and a store, and asks Let’s Encrypt', () => {
    expect(file.config(textWith(good)).acme).toEqual({
      hosts: ['shop.example.com', 'www.example.com'],
      email: undefined,
      directory: 'https://acme-v02.api.letsencrypt.org/directory',
      'directory-ca': undefined,
      store: folder,
      challenge: ['http-01', 'tls-alpn-01'],
      issuer: true,
    });
  });

  test('may name all else', () => {
    const all = {
      ...{ email: 'me@example.com', directory: 'https://ca.internal/acme/acme/directory', 'directory-ca': fileOf('certificate') },
      ...{ challenge: 'tls-alpn-01', issuer: 'off' },
    };
    expect(file.config(textWith({ ...good, ...all })).acme).toMatchObject({
      ...{ email: 'me@example.com', directory: 'https://ca.internal/acme/acme/directory', challenge: ['tls-alpn-01'], issuer: false },
      'directory-ca': expect.stringContaining('BEGIN CERTIFICATE'),
    });
  });

  test('is what there is to show where no certificate is listed, and needs a port for that', () => {
    expect(file.problems(textWith(good))).toEqual([]);
    expect(file.problems(textWith(good).replace('  port: 8443\n', ''))).toEqual([
      expect.stringMatching(/line 1: tls: there is no port for it; give --tls-port, such as 8443/),
    ]);
  });

  test('may change while it runs', () => {
    const [before, after] = [file.config(textWith(good)), file.config(textWith({ ...good, email: 'me@example.com' }))];
    expect(changesBetween(before, after)).toEqual({ live: ['acme'], restart: [] });
    expect(merged(before, after).acme).toEqual(after.acme);
    const without = file.config('policy: random');
    expect(changesBetween(without, after).restart).toContain('acme');
    expect(merged(without, after).acme).toBeUndefined();
    expect(changesBetween(after, without).restart).toContain('acme');
    expect(merged(after, without).acme).toEqual(after.acme);
  });
});

describe('acme is refused', () => {
  test.each([
    [
      '"*.example.com"',
      'hosts: "*.example.com" has a wildcard, which an authority believes only who changes DNS (dns-01), and not http-01 or tls-alpn-01; list each host by its name, such as www.example.com, or give a certificate of your own in certificates:',
    ],
    ['192.0.2.1', 'hosts: "192.0.2.1" is an address, and certificates are ordered for names; give the name that leads there'],
    ['"2001:db8::1"', 'hosts: "2001:db8::1" is an address, and certificates are ordered for names; give the name that leads there'],
    [
      'https://a.example',
      'hosts: "https://a.example" is more than a name; give it without scheme, port and path, such as shop.example.com',
    ],
    ['localhost', 'hosts: "localhost" has no dot, and no authority knows whose it is; give the whole name, such as shop.example.com'],
    ['bücher.example', 'hosts: "bücher.example" has letters that DNS doesn\'t have; give xn--bcher-kva.example'],
    ['a..example', 'hosts: "a..example" is no name of a host; give one such as shop.example.com'],
    ['[a.example, A.example]', 'hosts: "a.example" is given twice; keep one'],
    ['[]', 'hosts: is an empty list; give a host, such as shop.example.com'],
    ['{ a: b }', 'hosts: is a map; give a list of names'],
  ])('for the hosts %s', (hosts, problem) => {
    expect(problemsWith({ hosts })).toEqual([problem]);
  });

  test.each([
    ['email', 'me', 'email: "me" is no address that the authority could write to; give one such as me@example.com'],
    [
      'directory',
      'http://ca.example',
      'directory: "http://ca.example" is no address of a directory; give one that begins with https://, such as https://acme-v02.api.letsencrypt.org/directory',
    ],
    ['directory-ca', '/nowhere.pem', 'directory-ca: /nowhere.pem cannot be read (ENOENT)'],
    [
      'challenge',
      'dns-01',
      'challenge: "dns-01" is no way in which hosts are proven here, and dns-01 is none of them; give http-01, tls-alpn-01 or any',
    ],
    ['issuer', 'yes', 'issuer: "yes" is not known; give one of: on, off'],
    ['store', '[a, b]', 'store: is a list; give one value'],
    [
      'mail',
      'me@example.com',
      'mail: unknown setting of acme, did you mean email?; it has hosts, email, directory, directory-ca, store, challenge, issuer',
    ],
  ])('for the %s %s', (key, value, problem) => {
    expect(problemsWith({ [key]: value })).toEqual([problem]);
  });

  test('without hosts and without a store', () => {
    expect(file.problems('tls: { port: 8443, acme: { email: me@example.com } }')).toEqual([
      expect.stringMatching(
        /tls: acme: hosts is missing; list the hosts that certificates are for, such as hosts: \[shop\.example\.com\]$/,
      ),
      expect.stringMatching(/tls: acme: store is missing; give a folder that stays between two starts, such as store: /),
    ]);
    expect(file.problems('tls: { port: 8443, acme: on }')).toEqual([
      expect.stringMatching(/tls: acme: is one value; give a map, such as acme: \{ hosts: /),
    ]);
  });
});

describe('the store', () => {
  test('need not be there yet', () => {
    expect(storeAt(join(folder, 'a', 'b'))).toBe(join(folder, 'a', 'b'));
  });

  test('is no file, nor in one', () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    expect(() => storeAt(path)).toThrow(`${path} is a file; give a folder`);
    expect(() => storeAt(join(path, 'folder'))).toThrow(/is a file; give a folder|ENOTDIR/);
  });

  // Who is root may write everywhere.
  (process.getuid?.() === 0 ? test.skip : test)('is one that the balancer may write in', () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o500 });
    expect(() => storeAt(closed)).toThrow(`the balancer may not write in it (EACCES); run: mkdir -p ${closed} && chown`);
    expect(() => storeAt(join(closed, 'inner'))).toThrow(`the balancer may not make it in ${closed} (EACCES)`);
    chmodSync(closed, 0o700);
  });
});

describe('it is a warning that', () => {
  const text = textWith(good);

  test('the authority asks at other ports than the balancer’s', () => {
    const ports = ['--port=80', '--tls-port=443'];
    expect(warnings(text, ...ports)).toEqual([]);
    expect(warnings(text)).toEqual([
      'tls: acme: the authority asks for http://shop.example.com/.well-known/acme-challenge/ at port 80; see to it that this leads to port 8080 here',
    ]);
    expect(warnings(textWith({ ...good, challenge: 'tls-alpn-01' }))).toEqual([
      'tls: acme: the authority asks for shop.example.com at port 443; see to it that this leads to port 8443 here',
    ]);
    expect(warnings(textWith({ ...good, issuer: 'off' }))).toEqual([]);
  });

  test('nobody outside can come in', () => {
    expect(warnings(text, '--host=127.0.0.1')).toEqual([expect.stringContaining('--host 127.0.0.1 lets only this machine in')]);
  });
});

test('a route’s host is covered that gets its certificate by itself', () => {
  const routes = 'routes:\n  - { host: shop.example.com, pool: default }\n  - { host: other.example.com, pool: default }\n';
  const uncovered = warnings(textWith(good) + routes, '--port=80').filter((one) => one.includes('no certificate is for'));
  expect(uncovered).toEqual([expect.stringContaining('no certificate is for other.example.com')]);
});
