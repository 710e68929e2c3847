import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/configuration.ts';
import type { Config } from '../../src/config/options.ts';
import { readCommand } from '../../src/config/read.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'balancer-'));
  file = join(folder, 'balancer.yml');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The configuration that a file gives, with these flags and this environment beside it. */
function config(text: string, flags: string[] = [], env: Record<string, string> = {}): Config {
  writeFileSync(file, text);
  const command = readCommand(['--config', file, ...flags], env);
  if (command.kind !== 'run') throw new Error(`read as ${command.kind}`);
  return command.config;
}

/** The problems of a file, which goes by the name FILE. */
function problems(text: string): string[] {
  writeFileSync(file, text);
  try {
    readCommand(['check', file], {});
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.replaceAll(file, 'FILE'));
    throw error;
  }
  return [];
}

describe('a file', () => {
  test('has any option by its flag’s name; what it lacks has its default', () => {
    expect(config('port: 9000\nadmin-port: off\nconnect-timeout: 1.5s\nhealth-path: /up\n')).toMatchObject({
      ...{ port: 9000, adminPort: 'off', connectTimeout: 1500, healthPath: '/up', config: file, retries: 3 },
    });
  });

  test.each([
    ['origins: http://a:1 weight=3, http://b:2 backup'],
    ['origins:\n  - http://a:1 weight=3\n  - http://b:2 backup\n'],
    ['origins:\n  - url: http://a:1\n    weight: 3\n  - url: http://b:2\n    backup: true\n'],
  ])('may list origins as %j', (text) => {
    expect(config(text).origins).toMatchObject([
      { id: 'a:1', weight: 3, backup: false },
      { id: 'b:2', weight: 1, backup: true },
    ]);
  });

  test('is beaten by the environment, and that by a flag', () => {
    expect(config('port: 1\nretries: 1\nmax-clients: 1', ['--port=3'], { PORT: '2', RETRIES: '2' })).toMatchObject({
      ...{ port: 3, retries: 2, maxClients: 1 },
    });
  });

  test('may be named by the environment', () => {
    writeFileSync(file, 'port: 1');
    expect(readCommand([], { CONFIG: file })).toMatchObject({ config: { port: 1 } });
  });

  test('is what check reads, and nothing else', () => {
    writeFileSync(file, 'port: 1');
    expect(readCommand(['check', file], { PORT: 'x' })).toEqual({ kind: 'checked', file, warnings: [] });
  });
});

test.each([
  ['[200, 301-302]', [200, 301]],
  ['204', [204]],
])('a file may have the statuses of healthy origins as %s', (written, from) => {
  expect(config(`health-status: ${written}`).healthStatus.map((range) => range.from)).toEqual(from);
});

describe('a file is refused for', () => {
  test.each([
    ['a key that is none', 'prot: 1', ['FILE, line 1: prot: unknown setting, did you mean port?; see --help for those there are']],
    ['naming another file', 'config: other.yml', ['FILE, line 1: config: unknown setting; see --help for those there are']],
    [
      'a list where there can be none',
      'port: [8080]',
      ['FILE, line 1: port: is a list, and can only be one value; give one such as port: 8080'],
    ],
    [
      'a map where there can be none',
      'port: 1\nretries: {}',
      ['FILE, line 2: retries: is a map, and can only be one value; give one such as retries: 3'],
    ],
    [
      'a list in a list',
      'origins: [["http://a"]]',
      [expect.stringMatching(/^FILE, line 1: origins: entry 1 is a list; an origin is a URL/)],
    ],
    [
      'a key of another balancer’s',
      'origins:\n  - http://a\n  - address: b',
      [expect.stringMatching(/^FILE, line 3: origins: entry 2 has the key address; an origin is a URL, such as .* url, weight, backup/)],
    ],
    [
      'a setting with nothing behind it',
      'port: 1\norigins:\n',
      ['FILE, line 2: origins: has no value; give one such as origins: http://localhost:8081'],
    ],
    [
      'a name in camel case',
      'healthPath: /up',
      ['FILE, line 1: healthPath: unknown setting, did you mean health-path?; see --help for those there are'],
    ],
    [
      'a name with underscores',
      'port: 1\nhealth_path: /up',
      ['FILE, line 2: health_path: unknown setting, did you mean health-path?; see --help for those there are'],
    ],
    [
      'two documents',
      'port: 1\n---\nport: 2',
      ['FILE, line 2: a second document begins; keep all settings in one, without a line --- between them'],
    ],
    ['a setting twice', 'port: 1\nport: 2', ['FILE, line 2: this setting is given twice; keep one']],
    [
      'a policy of another balancer’s',
      'port: 1\npolicy: least_conn',
      [expect.stringMatching(/^FILE, line 2: policy: "least_conn" is not known; here that is least-requests; give one of: least-requests/)],
    ],
    [
      'an origin with a stray key',
      'origins: [{url: "http://a", wait: 1}]',
      [expect.stringMatching(/^FILE, line 1: origins: entry 1 has the keys url, wait; /)],
    ],
    [
      'a weight that is none',
      'origins: [{url: "http://a", weight: -1}]',
      ['FILE, line 1: origins: a:80 has the weight "-1"; give a whole number from 0 to 1000'],
    ],
    ['nothing', '', ['FILE: has no settings; give lines such as policy: round-robin']],
    ['a list', '- port', ['FILE: has no settings; give lines such as policy: round-robin']],
    ['an empty value', 'policy: ""', ['FILE, line 1: policy: needs a value, such as round-robin']],
  ])('%s', (_what, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test('what is no YAML, with the line', () => {
    expect(problems('port: 1\npolicy: "round')).toEqual([expect.stringMatching(/^FILE, line 2: /)]);
  });

  test('all that is wrong, at once', () => {
    expect(problems('port: x\nretries: -1\nprot: 1')).toHaveLength(3);
  });

  test('not being there', () => {
    const missing = join(folder, 'missing.yml');
    expect(() => readCommand(['--config', missing], {})).toThrow(`${missing}: cannot be read (ENOENT)`);
    expect(() => readCommand(['check', missing], {})).toThrow(`${missing}: cannot be read (ENOENT)`);
    expect(() => readCommand(['check'], {})).toThrow('check: give the one file to check, such as check balancer.yml');
  });

  test('that is a pipe, or far too long, is refused at once, since it is read between two requests', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(() => readCommand(['--config', pipe], {})).toThrow(`${pipe}: cannot be read (it is a pipe or a device; give a plain file)`);
    expect(() => readCommand(['--config', '/dev/zero'], {})).toThrow(
      '/dev/zero: cannot be read (it is a pipe or a device; give a plain file)',
    );
    const long = join(folder, 'long');
    writeFileSync(long, '#'.repeat(1024 * 1024 + 1));
    expect(() => readCommand(['--config', long], {})).toThrow(`${long}: cannot be read (it has 1048577 bytes; give at most 1048576)`);
  });
});
