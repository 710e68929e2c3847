import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { help } from '../../src/config/help.ts';
import { readCommand } from '../../src/config/read.ts';
import { config, problems } from './reading.ts';

describe('deploy', () => {
  test('asks for a pool’s new origins, at an admin side, with a token and a bound', () => {
    const words = ['deploy', '--admin', 'https://lb.example:9000/', '--pool', 'shop', 'http://a:1', 'http://b weight=2', '--timeout=90s'];
    expect(readCommand(words, { ADMIN_TOKEN: '0123456789abcdef' })).toEqual({
      ...{ kind: 'deploy', admin: 'https://lb.example:9000', pool: 'shop', origins: ['http://a:1', 'http://b weight=2'] },
      ...{ timeout: '90s', token: '0123456789abcdef' },
    });
  });

  test('is for the pool default of a balancer on this machine, where nothing else is said', () => {
    const plain = { kind: 'deploy', admin: 'http://127.0.0.1:8090', pool: 'default', origins: ['http://a:1', 'http://b:2'] };
    expect(readCommand(['deploy', 'http://a:1', 'http://b:2'], {})).toEqual(plain);
    expect(readCommand(['deploy', 'http://a:1, http://b:2'], { ADMIN_TOKEN: 'none' })).toEqual(plain);
  });

  test('takes the token from the file that the environment names', () => {
    const folder = mkdtempSync(join(tmpdir(), 'balancer-'));
    const file = join(folder, 'token');
    writeFileSync(file, '0123456789abcdef\n');
    expect(readCommand(['deploy', 'http://a'], { ADMIN_TOKEN_FILE: file })).toMatchObject({ token: '0123456789abcdef' });
    rmSync(folder, { recursive: true });
  });

  test('is told of by --help, also behind it', () => {
    expect(readCommand(['deploy', '--help'], {})).toEqual({ kind: 'help' });
    expect(help()).toContain('main.ts deploy [--admin URL] [--pool NAME] [--timeout 60s] ORIGIN…');
  });

  test.each([
    [['deploy'], 'deploy: no origin is listed; give the new ones, such as http://new-1:3000'],
    [
      ['deploy', 'new-1:3000'],
      'deploy: "new-1:3000" is not an http://, https://, h2c:// or h2:// URL; give one such as http://localhost:8081',
    ],
    [['deploy', 'http://a', 'http://a'], 'deploy: a:80 is listed twice; list each origin once'],
    [
      ['deploy', 'http://a', 'weight=2'],
      'deploy: "weight=2" stands alone; put it in quotes with its origin, as in "http://new-1:3000 weight=2"',
    ],
    [
      ['deploy', 'http://a', '--admin=localhost:8090'],
      '--admin: "localhost:8090" is not where an admin side is; give scheme, host and port, such as http://127.0.0.1:8090',
    ],
    [
      ['deploy', 'http://a', '--admin=http://a/api'],
      '--admin: "http://a/api" is not where an admin side is; give scheme, host and port, such as http://127.0.0.1:8090',
    ],
    [
      ['deploy', 'http://a', '--admin'],
      '--admin: "" is not where an admin side is; give scheme, host and port, such as http://127.0.0.1:8090',
    ],
    [['deploy', 'http://a', '--pool', 'Shop'], '--pool: "Shop" is no name; give 1 to 63 of a-z, 0-9, - and _, a letter or digit first'],
    [
      ['deploy', 'http://a', '--timeout', '60'],
      '--timeout: "60" is not a duration; give a number above 0 with a unit, such as 250ms, 2s or 1m',
    ],
    [['deploy', 'http://a', '--pol=x'], '--pol: unknown option, did you mean --pool?; see --help'],
  ])('%j is refused', (words, problem) => {
    expect(problems(words)).toEqual([problem]);
  });

  test('is refused with a token that is none, and the token isn’t repeated', () => {
    const [problem, ...more] = problems(['deploy', 'http://a'], { ADMIN_TOKEN: 'short' });
    expect(problem).toMatch(/^ADMIN_TOKEN: what is given is no token; give 16 to 512 visible ASCII characters/);
    expect(more).toEqual([]);
  });

  test('says everything that is wrong at once', () => {
    expect(problems(['deploy', '--pool=X', '--timeout=1', '--admin=x'])).toHaveLength(4);
  });
});

test('how long a deploy waits is a setting of each pool', () => {
  expect(config([]).deployTimeout).toBe(60_000);
  expect(config(['--deploy-timeout=90s']).deployTimeout).toBe(90_000);
});
