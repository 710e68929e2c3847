import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { reloader } from '../../src/config/reload.ts';
import { config, problems } from './reading.ts';

const secret = 'correct-horse-battery';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  folders.push(folder);
  const file = join(folder, 'balancer.yml');
  writeFileSync(file, text);
  return file;
}

describe('an admin side that only this machine reaches', () => {
  test.each(['127.0.0.1', '127.9.8.7', '::1', 'localhost', 'LocalHost'])('needs no token at %s', (host) => {
    expect(config([`--admin-host=${host}`]).adminToken).toBe('none');
  });
});

describe('an admin side that others reach', () => {
  const hosts = ['*', '0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example', '1270.0.0.1', 'lb.internal'];

  test.each(hosts)('is refused without a token at %s', (host) => {
    expect(problems([`--admin-host=${host}`])).toEqual([
      `--admin-host: "${host}" lets other machines reach the admin side, and nothing asks who they are; ` +
        'give an --admin-token of 16 or more characters, --admin-allow with the addresses that may ask, or --admin-token open where something else guards the port',
    ]);
  });

  test('is called what its user called it', () => {
    expect(problems([], { ADMIN_HOST: '*' })).toEqual([expect.stringMatching(/^ADMIN_HOST: "\*" lets/)]);
    const file = fileOf('admin-host: "*"');
    expect(problems([`--config=${file}`])).toEqual([expect.stringContaining(`${file}, line 1: admin-host: "*" lets`)]);
    expect(problems(['check', file])).toEqual([expect.stringContaining(`${file}, line 1: admin-host: "*" lets`)]);
  });

  test('is fine with a token, with the word that says so, or where there is none at all', () => {
    expect(config(['--admin-host=*', `--admin-token=${secret}`]).adminHost).toBe('*');
    expect(config(['--admin-host=*', '--admin-token=open']).adminToken).toBe('open');
    expect(config(['--admin-host=*', '--admin-port=off']).adminToken).toBe('none');
    expect(problems(['check', fileOf('admin-host: "*"')], { ADMIN_TOKEN: secret })).toEqual([]);
  });

  test('is not complained about twice where its token is wrong', () => {
    expect(problems(['--admin-host=*', '--admin-token=short'])).toEqual([expect.stringMatching(/^--admin-token: /)]);
  });
});

describe('a token', () => {
  test('is not kept: the configuration has its hash alone', () => {
    const { adminToken } = config([], { ADMIN_TOKEN: secret });
    expect(adminToken).toEqual({ sha256: expect.stringMatching(/^[\da-f]{64}$/) });
    expect(JSON.stringify(config([`--admin-token=${secret}`]))).not.toContain(secret);
  });

  test.each(['short', 'fifteen-letters', 'with a space in it', 'mit-ümläuten-darin', 'a\tb-tabulator-in-it', 'x'.repeat(513)])(
    '%j is refused without being repeated',
    (token) => {
      expect(problems([`--admin-token=${token}`])).toEqual([
        '--admin-token: what is given is no token; give 16 to 512 visible ASCII characters, such as `openssl rand -hex 16` prints, or none, or open',
      ]);
    },
  );

  test.each(['none', 'open'])('can not be taken for the word %s', (word) => {
    expect(word.length).toBeLessThan(16);
    expect(config([`--admin-token=${word}`]).adminToken).toBe(word);
  });

  test('that changes counts at once, and the log names the option alone', async () => {
    const notes: string[] = [];
    const applied: unknown[] = [];
    const next = config([`--admin-token=another-${secret}`]);
    const reload = reloader(config([`--admin-token=${secret}`]), {
      read: () => next,
      apply: async ({ adminToken }) => void applied.push(adminToken),
      note: (message) => notes.push(message),
    });
    await reload();
    expect(notes).toEqual(['configuration changed: admin-token']);
    expect(applied).toEqual([next.adminToken]);
  });

  test('that is lost while the admin side is open leaves the running configuration as it is', async () => {
    const notes: string[] = [];
    const reload = reloader(config(['--admin-host=*', `--admin-token=${secret}`]), {
      read: () => config(['--admin-host=*', '--retries=1']),
      apply: async () => void notes.push('applied'),
      note: (message) => notes.push(message),
    });
    await reload();
    expect(notes).toEqual([expect.stringMatching(/the running one stays: --admin-host: "\*" lets other machines/)]);
  });
});

describe('a second token, which reads,', () => {
  test('is kept as a hash too', () => {
    const { adminReadToken } = config([], { ADMIN_TOKEN: secret, ADMIN_READ_TOKEN: `reads-${secret}` });
    expect(adminReadToken).toEqual({ sha256: expect.stringMatching(/^[\da-f]{64}$/) });
  });

  test.each([
    [[], 'needs an --admin-token beside it, which steers; without one nobody is asked for a token'],
    [['--admin-token=open'], 'needs an --admin-token beside it, which steers; without one nobody is asked for a token'],
    [[`--admin-token=${secret}`], 'is the same as --admin-token, which steers; give another'],
  ])('beside %j is refused', (args, problem) => {
    expect(problems([...args, `--admin-read-token=${secret}`])).toEqual([`--admin-read-token: ${problem}`]);
  });

  test('can not be the word open', () => {
    expect(problems([`--admin-token=${secret}`, '--admin-read-token=open'])).toEqual([
      '--admin-read-token: "open" is no token; --admin-token says whether one is needed at all',
    ]);
  });
});
