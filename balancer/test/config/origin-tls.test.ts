import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { changesBetween } from '../../src/config/changes.ts';
import { poolsOf } from '../../src/config/pools.ts';
import { readCommand } from '../../src/config/read.ts';
import { isSameProbe } from '../../src/config/rules.ts';
import { watchedFiles, watcher } from '../../src/config/watched-files.ts';
import { fileOf } from '../tls-origin.ts';
import { aFile } from './a-file.ts';
import { config, problems } from './reading.ts';

const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** A file with that in it. */
function written(content: string | Buffer): string {
  files += 1;
  const file = join(folder, `${files}.pem`);
  writeFileSync(file, content);
  return file;
}

const authority = readFileSync(fileOf('authority'), 'utf8');
const other = readFileSync(fileOf('other-authority'), 'utf8');
const file = aFile();

/** The warnings of a configuration that can be used. */
function warnings(...args: string[]): readonly string[] {
  const command = readCommand(args, {});
  return command.kind === 'run' || command.kind === 'checked' ? command.warnings : [command.kind];
}

describe('who may sign the certificates of origins', () => {
  test('is whom everybody trusts, unless a file says otherwise', () => {
    expect(config([])).toMatchObject({ originCa: undefined, originName: undefined, originVerify: true });
    expect(config([`--origin-ca=${fileOf('authority')}`]).originCa).toMatchObject({ file: fileOf('authority'), pem: authority });
    expect(config([], { ORIGIN_CA: fileOf('authority') }).originCa?.file).toBe(fileOf('authority'));
  });

  test('is everybody in the file, with nothing else that stands there', () => {
    const mixed = written(`# ours\n${readFileSync(fileOf('key'), 'utf8')}${authority}\nand theirs:\r\n${other.replaceAll('\n', '\r\n')}`);
    const { pem = '' } = config([`--origin-ca=${mixed}`]).originCa ?? {};
    expect(pem).not.toMatch(/PRIVATE KEY|ours|theirs/);
    expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });

  const broken = authority.replace(/\n.{20}/, '\n');
  test.each<[string, () => string, RegExp]>([
    ['is missing', () => join(folder, 'nowhere'), /nowhere cannot be read \(ENOENT\)$/],
    ['is a folder', () => folder, /cannot be read \(EISDIR\)$/],
    [
      'is empty',
      () => written('\n'),
      / is empty; give a PEM file with -----BEGIN CERTIFICATE----- of who signs the certificates of the origins$/,
    ],
    ['has other text', () => written('certificates: none\n'), / has no certificate; give a PEM file with -----BEGIN CERTIFICATE-----/],
    ['has a key alone', () => fileOf('key'), / has a private key and no certificate, and keys belong to their servers alone; give/],
    [
      'is DER',
      () => written(new X509Certificate(authority).raw),
      / is no text, as PEM is; where it is DER, make one with openssl x509 -inform der /,
    ],
    [
      'has a certificate that can’t be read',
      () => written(other + broken),
      / has 2 certificates, and the one at place 2 can't be read; give it anew$/,
    ],
    ['breaks off', () => written(authority + other.slice(0, 200)), / has 2 certificates, and the one at place 2 can't be read/],
  ])('is not in a file that %s', (_what, make, problem) => {
    expect(problems([`--origin-ca=${make()}`])).toEqual([expect.stringMatching(problem)]);
    expect(problems([`--origin-ca=${make()}`])[0]).toMatch(/^--origin-ca: \//);
  });
});

describe('the name that origins have to show', () => {
  test.each(['app.example', 'localhost', 'a_b.internal', 'xn--bcher-kva.example'])('may be %s', (name) => {
    expect(config([`--origin-name=${name}`]).originName).toBe(name);
  });

  test.each(['10.0.0.1', '::1', 'https://a.example', 'a.example:443', '*.example', 'a..b', '-a', 'bücher.example', 'a.example.'])(
    'can’t be %s',
    (name) => {
      expect(problems([`--origin-name=${name}`])).toEqual([
        `--origin-name: "${name}" is not a name that a certificate can have; give one such as app.example, without scheme and port, or none`,
      ]);
    },
  );
});

describe('each pool', () => {
  const pools = `
origin-ca: ${fileOf('authority')}
origin-name: app.example
pools:
  a: { origins: "https://a" }
  b: { origins: "https://b", origin-ca: none, origin-name: none, origin-verify: off }
  c: { origins: "https://c", origin-ca: ${fileOf('other-authority')}, origin-name: c.example }
routes: [{ path: /b, pool: b }, { path: /c, pool: c }, { pool: a }]
`;
  test('has its own, or what holds for all', () => {
    const told = poolsOf(file.config(pools)).map(({ settings: { originCa, originName, originVerify } }) => [
      originCa?.pem,
      originName,
      originVerify,
    ]);
    expect(told).toEqual([
      [authority, 'app.example', true],
      [undefined, undefined, false],
      [other, 'c.example', true],
    ]);
  });

  test('has its files watched, with the configuration’s own', () => {
    const read = file.config(pools);
    expect(watchedFiles(read)).toEqual([read.config, fileOf('authority'), fileOf('other-authority')]);
    expect(watchedFiles(config([]))).toEqual([]);
  });

  test('is told that its certificates are not checked, where it is so', () => {
    expect(warnings('check', file.written(pools))).toEqual([
      expect.stringMatching(/line 6: pool b: origin-verify: is off: whoever is on the way to origins over TLS can read and change all/),
    ]);
  });
});

describe('a warning says', () => {
  test('at the start, that certificates are not checked: once, however many pools follow that', () => {
    const off = [expect.stringMatching(/^--origin-verify: is off: .*; name who signs them in --origin-ca instead$/)];
    expect(warnings('--origin-verify=off')).toEqual(off);
    const two = file.written(
      'pools: { a: { origins: "https://a" }, b: { origins: "https://b" } }\nroutes: [{ path: /b, pool: b }, { pool: a }]\n',
    );
    expect(warnings(`--config=${two}`, '--origin-verify=off')).toEqual(off);
    expect(warnings(`--config=${two}`)).toEqual([]);
  });

  test('that no origin is asked over TLS, where that is what certificates are given for', () => {
    const given = [`--origin-ca=${fileOf('authority')}`, '--origin-name=app.example'];
    expect(warnings('--origins=http://a', ...given)).toEqual([
      expect.stringMatching(
        /^--origin-ca: none of the origins that it is for is asked over TLS, so that it means nothing; list them as https:/,
      ),
      expect.stringMatching(/^--origin-name: none of the origins/),
    ]);
    expect(warnings('--origins=http://a, https://b', ...given)).toEqual([]);
  });
});

test('a file that says something else is a change that counts at once', () => {
  const renewed = written(authority);
  const read = () => config([`--origin-ca=${renewed}`, '--origins=https://a']);
  const before = read();
  writeFileSync(renewed, other);
  expect(changesBetween(before, read())).toEqual({ live: ['origin-ca'], restart: [] });
  writeFileSync(renewed, `# the same\n${authority}`);
  expect(changesBetween(before, read())).toEqual({ live: [], restart: [] });
});

test('a policy asks origins for their load anew where they have to show who they are otherwise', () => {
  const ours = `--origin-ca=${fileOf('authority')}`;
  const isSame = (...flags: string[]) => isSameProbe(config(flags), config([ours]));
  expect(isSame(ours, '--retries=1')).toBe(true);
  expect(isSame(`--origin-ca=${fileOf('other-authority')}`)).toBe(false);
  expect(isSame(ours, '--origin-name=a.example')).toBe(false);
  expect(isSame(ours, '--origin-verify=off')).toBe(false);
});

test('files are watched for as long as they are asked for', () => {
  const watched = new Set<object>();
  const follow = watcher(
    () => {},
    (look) => {
      watched.add(look);
      return () => watched.delete(look);
    },
  );
  follow(['a', 'b']);
  const [a, b] = [...watched];
  follow(['b', 'c']);
  expect(watched.has(a as object)).toBe(false);
  expect(watched.has(b as object)).toBe(true);
  expect(watched.size).toBe(2);
  follow([]);
  expect(watched.size).toBe(0);
});
