import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { changesBetween, merged } from '../../src/config/changes.ts';
import { readCommand } from '../../src/config/read.ts';
import { reloader } from '../../src/config/reload.ts';
import { rulesOf } from '../../src/config/rules.ts';
import { watchedFiles } from '../../src/config/watched-files.ts';
import { certificates } from '../tls/made.ts';
import { fileOf } from '../tls-origin.ts';
import { aFile } from './a-file.ts';
import { config, problems } from './reading.ts';

const made = certificates();
const shop = made.make('shop', { names: ['shop.example', '*.shop.example', '127.0.0.1'] });
const other = made.make('other', { names: ['other.example'] });
made.make('authority', { names: ['authority.example'] });
made.make('between', { names: ['between.example'], by: 'authority' });
const chained = made.make('chained', { names: ['chained.example'], by: 'between' });
const file = aFile();

const flags = ({ cert, key }: { cert: string; key: string }) => ['--tls-port=8443', `--tls-cert=${cert}`, `--tls-key=${key}`];

function warnings(...args: string[]): readonly string[] {
  const command = readCommand(args, {});
  return command.kind === 'run' || command.kind === 'checked' ? command.warnings : [command.kind];
}

describe('TLS in a configuration', () => {
  test('is off unless there is a port for it', () => {
    expect(config([])).toMatchObject({ tlsPort: 'off', tlsMinVersion: '1.2', redirectToHttps: 'off', sharedSecret: 'random' });
    expect(config([]).certificates).toBeUndefined();
  });

  test('has the certificate of its flags', () => {
    const { tlsPort, certificates: [pair] = [] } = config(flags(shop));
    expect(tlsPort).toBe(8443);
    expect(pair).toMatchObject({ file: shop.cert, keyFile: shop.key, names: ['shop.example', '*.shop.example', '127.0.0.1'] });
    expect(pair?.cert).toBe(made.read('shop.pem'));
    expect(new Date(pair?.expires ?? 0)).toEqual(new X509Certificate(made.read('shop.pem')).validToDate);
  });

  test('has those of the file behind it, in their order, and its other settings under shorter names', () => {
    const text = `tls:\n  port: 9443\n  min-version: 1.3\n  certificates:\n    - { cert: ${shop.cert}, key: ${shop.key} }\n    - { cert: ${other.cert}, key: ${other.key} }\n`;
    const read = file.config(text);
    expect(read).toMatchObject({ tlsPort: 9443, tlsMinVersion: '1.3' });
    expect(read.certificates?.map(({ names: [name] }) => name)).toEqual(['shop.example', 'other.example']);
    const both = file.config(text, flags(chained));
    expect(both.tlsPort).toBe(8443);
    expect(both.certificates?.map(({ names: [name] }) => name)).toEqual(['chained.example', 'shop.example', 'other.example']);
  });

  test('can be told to another thread', () => {
    const read = config(flags(shop));
    expect(structuredClone(read.certificates)).toEqual(read.certificates);
  });

  test('takes a certificate and its key from one file', () => {
    const both = made.written('both.pem', made.read('shop.key') + made.read('shop.pem'));
    expect(config(flags({ cert: both, key: both })).certificates?.[0]?.cert).not.toMatch(/PRIVATE/);
  });

  test.each<[string, string, RegExp]>([
    ['is a list', 'tls: [1]', /^FILE, line 1: tls: is a list; give a map, such as tls: \{ port: 8443, certificates/],
    [
      'has another setting',
      'tls:\n  ciphers: all',
      /^FILE, line 2: tls: ciphers: unknown setting of tls; it has port, certificates, acme and min-version/,
    ],
    [
      'has a certificate beside certificates',
      'tls: { cert: a.pem }',
      /^FILE, line 1: tls: cert: belongs to one certificate; give certificates: \[\{/,
    ],
    ['has certificates that are no list', 'tls: { certificates: a.pem }', /certificates: is one value; give a list, such as/],
    ['has no certificates', 'tls: { certificates: [] }', /certificates: is an empty list; give a certificate/],
    ['has a certificate without its key', 'tls: { certificates: [{ cert: a }] }', /entry 1 has no key; each has the two files/],
    ['has a stranger in a certificate', 'tls: { certificates: [{ cert: a, key: b, ca: c }] }', /entry 1 has ca; each has the two files/],
    ['has a port that is none', 'tls: { port: x }', /^FILE, line 1: tls-port: "x" is not a port/],
    [
      'has a version that is too old',
      'tls: { min-version: 1.1 }',
      /^FILE, line 1: tls-min-version: "1.1" is not known; give one of: 1.2, 1.3$/,
    ],
    ['has its port twice', 'tls-port: 1\ntls: { port: 2 }', /^FILE, line 2: tls: tls-port is given in line 1 as well; keep one$/],
    ['is called ssl', 'ssl: on', /^FILE, line 1: ssl: unknown setting; here that is tls, such as tls: \{ port/],
  ])('is refused where the file %s', (_what, text, problem) => {
    expect(file.problems(text)[0]).toMatch(problem);
  });

  test('is refused where something is missing beside what is given', () => {
    expect(problems(['--tls-port=8443'])).toEqual([
      expect.stringMatching(/^--tls-port: there is no certificate to show there; give --tls-cert/),
    ]);
    expect(problems([`--tls-cert=${shop.cert}`])).toEqual(['--tls-cert: needs its key beside it; give --tls-key FILE']);
    expect(problems([`--tls-key=${shop.key}`])).toEqual(['--tls-key: needs its certificate beside it; give --tls-cert FILE']);
    expect(problems(flags(shop).slice(1))).toEqual([expect.stringMatching(/^--tls-cert: there is no port for it; give --tls-port/)]);
    expect(problems(['--redirect-to-https=on'])).toEqual([
      expect.stringMatching(/^--redirect-to-https: there is no port to send clients to/),
    ]);
    expect(problems(['--redirect-to-https=443'])).toEqual([]);
    expect(problems(['--redirect-to-https=yes'])[0]).toMatch(/give on, off, or the port that clients reach https:\/\/ by/);
  });

  test('is not where an origin is', () => {
    expect(problems([...flags(shop), '--origins=https://localhost:8443'])).toEqual([
      '--origins: localhost:8443 is where the balancer itself listens (--tls-port), so that requests would go round in circles; give another port'.replace(
        '--origins',
        '--origins',
      ),
    ]);
  });
});

describe('a certificate', () => {
  const weak = () => made.make('weak', { key: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'] });
  const chain = (...names: string[]) => made.written('chain.pem', names.map((name) => made.read(`${name}.pem`)).join(''));
  const expired = { cert: fileOf('expired'), key: fileOf('key') };

  test.each<[string, () => { cert: string; key: string }, RegExp]>([
    [
      'whose file is missing',
      () => ({ ...shop, cert: join(made.folder, 'nowhere') }),
      /^--tls-cert: \S+nowhere cannot be read \(ENOENT\)$/,
    ],
    ['whose key is missing', () => ({ ...shop, key: made.folder }), /^--tls-key: \S+ cannot be read \(EISDIR\)$/],
    ['whose file is empty', () => ({ ...shop, cert: made.written('empty', '\n') }), /^--tls-cert: \S+ is empty; give a PEM file/],
    [
      'that is DER',
      () => ({ ...shop, cert: made.written('der', new X509Certificate(made.read('shop.pem')).raw) }),
      /^--tls-cert: \S+ is no text, as PEM is; where it is DER, make one with openssl x509/,
    ],
    [
      'whose key is DER',
      () => ({ ...shop, key: made.written('der', made.openssl('pkey', '-in', shop.key, '-outform', 'der')) }),
      /^--tls-key: \S+ is no text, as PEM is; where it is DER, make one with openssl pkey/,
    ],
    ['in whose place is its key', () => ({ ...shop, cert: shop.key }), /^--tls-cert: \S+ has a private key and no certificate/],
    [
      'in the place of whose key it stands itself',
      () => ({ ...shop, key: shop.cert }),
      /^--tls-key: \S+ has a certificate and no private key/,
    ],
    [
      'in whose place is other text',
      () => ({ ...shop, cert: made.written('text', 'hello') }),
      /^--tls-cert: \S+ has no certificate; give a PEM file/,
    ],
    [
      'that breaks off',
      () => ({ ...shop, cert: made.written('half', made.read('shop.pem').slice(0, 200)) }),
      /^--tls-cert: \S+ has a certificate that can't be read/,
    ],
    [
      'with the key of another',
      () => ({ ...shop, key: other.key }),
      /^--tls-key: \S+other.key is not the key of the certificate in \S+shop.pem; give the one that this was asked for with$/,
    ],
    [
      'whose key is encrypted',
      () => ({ ...shop, key: made.written('locked', made.openssl('pkey', '-in', shop.key, '-aes128', '-passout', 'pass:secret')) }),
      /^--tls-key: \S+ is encrypted, and nobody is there at a start who could give its passphrase; decrypt it with openssl pkey/,
    ],
    ['that has expired', () => expired, /^--tls-cert: \S+ has expired, on 2020-02-01; every client would refuse it: renew it$/],
    [
      'that stands behind who vouches for it',
      () => ({ cert: chain('between', 'chained'), key: chained.key }),
      /^--tls-cert: \S+ is in the wrong order: the certificate of the key is at place 2; put it first/,
    ],
    [
      'whose chain is in the wrong order',
      () => ({ cert: chain('chained', 'authority', 'between'), key: chained.key }),
      /^--tls-cert: \S+ is in the wrong order: the certificate at place 2 vouches for one behind it/,
    ],
    [
      'with a stranger behind it',
      () => ({ cert: chain('chained', 'other'), key: chained.key }),
      /^--tls-cert: \S+ has a certificate at place 2 that vouches for none before it/,
    ],
    ['that names nobody', () => made.make('nameless', { names: [] }), /^--tls-cert: \S+ names nobody \(it has no subjectAltName/],
    ['with a weak key', weak, /^--tls-cert: \S+ can't be used for TLS \(ee key too small\); get one with a key of 2048 bits/],
  ])('%s is refused', (_what, files, problem) => {
    expect(problems(flags(files()))).toEqual([expect.stringMatching(problem)]);
  });

  (process.getuid?.() === 0 ? test.skip : test)('in a folder without rights is refused, which root can not see', () => {
    const closed = join(made.folder, 'closed');
    mkdirSync(closed);
    writeFileSync(join(closed, 'shop.pem'), made.read('shop.pem'));
    chmodSync(closed, 0);
    afterAll(() => chmodSync(closed, 0o700));
    expect(problems(flags({ ...shop, cert: join(closed, 'shop.pem') }))[0]).toMatch(
      /cannot be read \(EACCES\); let the user that the balancer runs as/,
    );
  });

  test('may have its chain behind it, with the root or without', () => {
    expect(problems(flags({ cert: chain('chained', 'between'), key: chained.key }))).toEqual([]);
    expect(problems(flags({ cert: chain('chained', 'between', 'authority'), key: chained.key }))).toEqual([]);
  });

  test('in the file is named with its line', () => {
    expect(file.problems(`tls:\n  port: 8443\n  certificates:\n    - { cert: ${shop.cert}, key: ${other.key} }`)).toEqual([
      expect.stringMatching(/^FILE, line 4: tls: key: \S+ is not the key of the certificate/),
    ]);
  });
});

describe('check', () => {
  const text = (pairs: { cert: string; key: string }[], routes = '') =>
    `pools: { a: { origins: ["http://a"] } }\nroutes: [${routes}{ pool: a }]\ntls:\n  port: 8443\n  certificates: [${pairs.map(({ cert, key }) => `{ cert: ${cert}, key: ${key} }`).join(', ')}]`;
  const checked = (...given: Parameters<typeof text>) => warnings('check', file.written(text(...given)));

  test('says which hosts of routes have no certificate', () => {
    const routes = ['shop.example', 'a.shop.example', 'a.b.shop.example', '"*.shop.example"', '"*.other.example"', 'new.example'];
    const told = checked([shop, other], routes.map((host) => `{ host: ${host}, pool: a }, `).join(''));
    expect(told.filter((warning) => warning.startsWith('no certificate')).map((warning) => /for (\S+),/.exec(warning)?.[1])).toEqual([
      'a.b.shop.example',
      '*.other.example',
      'new.example',
    ]);
  });

  test('says which certificates expire within 14 days', () => {
    const soon = made.make('soon', { names: ['soon.example'], until: 13 });
    const later = made.make('later', { names: ['later.example'], until: 15 });
    expect(checked([soon, later])).toEqual([
      expect.stringMatching(/soon.pem \(soon.example\) expires in 12 days, on \d{4}-\d\d-\d\d; renew it$/),
    ]);
  });
});

describe('a running balancer', () => {
  test('watches the files of its certificates', () => {
    expect(watchedFiles(config(flags(shop)))).toEqual([shop.cert, shop.key]);
  });

  test('takes other certificates at once, and keeps its own where all are taken away with the port', () => {
    const before = config(flags(shop));
    expect(changesBetween(before, config(flags(other)))).toEqual({ live: ['tls-cert', 'tls-key', 'certificates'], restart: [] });
    expect(merged(before, config(flags(other))).certificates?.[0]?.names).toEqual(['other.example']);
    expect(changesBetween(before, config([]))).toEqual({ live: ['tls-cert', 'tls-key'], restart: ['tls-port'] });
    expect(merged(before, config([]))).toMatchObject({ tlsPort: 8443, certificates: before.certificates });
  });

  /** Reads again what was written over the files of a pair; resolves with what was noted. */
  async function reloaded(meanwhile: () => void): Promise<string[]> {
    const pair = made.make('live', { names: ['live.example'] });
    const notes: string[] = [];
    const read = () => config(flags(pair));
    const reload = reloader(read(), { read, apply: async () => {}, note: (message) => notes.push(message) });
    made.make('next', { names: ['next.example'] });
    made.written('live.pem', made.read('next.pem'));
    const done = reload();
    meanwhile();
    await done;
    return notes;
  }

  test('takes a pair that is replaced one file after the other', async () => {
    expect(await reloaded(() => made.written('live.key', made.read('next.key')))).toEqual(['configuration changed: certificates']);
  });

  test('refuses one of which only half is replaced, and goes on with its own', async () => {
    expect(await reloaded(() => {})).toEqual([
      expect.stringMatching(/^the new configuration cannot be used, the running one stays: --tls-key: \S+live.key is not the key of/),
    ]);
  });
});

describe('the secret that balancers share', () => {
  const keyOf = (...args: string[]) => {
    const { stickiness } = rulesOf(config(['--sticky=lb', ...args]), {} as never, 'random', 'own');
    return stickiness?.cookieFor('a:1', false).split(';')[0]?.slice(3) ?? '';
  };
  const opens = (cookie: string, ...args: string[]) => {
    const { stickiness } = rulesOf(config(['--sticky=lb', ...args]), {} as never, 'random', 'another');
    return stickiness?.originIn(`lb=${cookie}`);
  };
  const shared = '--shared-secret=correct-horse-battery';

  test('is what sticky cookies are encrypted with', () => {
    expect(opens(keyOf(shared), shared)).toBe('a:1');
    expect(opens(keyOf())).toBeUndefined();
    expect(opens(keyOf(shared), `${shared}!`)).toBeUndefined();
  });

  test('is not, where these have one of their own', () => {
    const own = '--sticky-secret=battery-horse-correct';
    expect(opens(keyOf(shared, own), own)).toBe('a:1');
    expect(opens(keyOf(shared), shared, own)).toBeUndefined();
    expect(opens(keyOf(shared), '--sticky-secret=correct-horse-battery')).toBeUndefined();
  });
});
