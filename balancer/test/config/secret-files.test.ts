import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { flagOf, type OptionName, variableOf } from '../../src/config/options.ts';
import { secretFiles } from '../../src/config/secret-files.ts';
import { config, problems } from './reading.ts';

const secret = 'correct-horse-battery';
const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function fileOf(text: string): string {
  files += 1;
  const file = join(folder, String(files));
  writeFileSync(file, text);
  return file;
}

describe('a secret in a file', () => {
  test.each(['', '\n', '\r\n'])('is what stands there, but for the %j at its end', (end) => {
    const given = { ADMIN_TOKEN_FILE: fileOf(`${secret}${end}`), STICKY_SECRET_FILE: fileOf(`${secret} ${end}`) };
    const { adminToken, stickySecret } = config([], given);
    expect(adminToken).toEqual(config([], { ADMIN_TOKEN: secret }).adminToken);
    expect(stickySecret).toBe(`${secret} `);
  });

  test('may be named in the configuration file, also where that is checked', () => {
    const file = fileOf(`admin-host: "*"\nadmin-token-file: ${fileOf(secret)}`);
    expect(config([`--config=${file}`]).adminToken).toEqual(config([`--admin-token=${secret}`]).adminToken);
    expect(problems(['check', file])).toEqual([]);
    expect(problems(['check', fileOf('admin-host: "*"')], { ADMIN_TOKEN_FILE: fileOf(secret) })).toEqual([]);
  });
});

describe.each(Object.entries(secretFiles))('%s', (name, fileOption) => {
  const variable = variableOf(name as OptionName);
  const steers: Record<string, string> = name === 'adminReadToken' ? { ADMIN_TOKEN: `steers-${secret}` } : {};
  const given = (path: string, more: Record<string, string> = {}) => problems([], { ...steers, [`${variable}_FILE`]: path, ...more });

  test('has its own variable with _FILE behind it', () => {
    expect(variableOf(fileOption)).toBe(`${variable}_FILE`);
    expect(given(fileOf(secret))).toEqual([]);
  });

  test('can not be given twice', () => {
    const problem = `${variable} is given as well; give one of the two`;
    expect(given(fileOf(secret), { [variable]: secret })).toEqual([`${variable}_FILE: ${problem}`]);
    const flags = problems([`--${flagOf(fileOption)}=${fileOf(secret)}`], { ...steers, [variable]: secret });
    expect(flags).toEqual([`--${flagOf(fileOption)}: ${problem}`]);
  });

  test('is not in a file that is missing, empty, has a word or has too little, which is not repeated', () => {
    const empty = fileOf('\n');
    const word = fileOf('none\n');
    expect(given(join(folder, 'nowhere'))).toEqual([`${variable}_FILE: ${join(folder, 'nowhere')} cannot be read (ENOENT)`]);
    expect(given(folder)).toEqual([`${variable}_FILE: ${folder} cannot be read (EISDIR)`]);
    expect(given(empty)).toEqual([`${variable}_FILE: ${empty} is empty; it needs the secret alone`]);
    expect(given(word)).toEqual([`${variable}_FILE: ${word} has the word none and no secret; give words as the option itself`]);
    const short = given(fileOf('fifteen-letters'));
    expect(short).toEqual([expect.stringMatching(new RegExp(`^${variable}_FILE: what is given is .*16`))]);
    expect(short.join()).not.toContain('fifteen');
  });
});

test('a secret for sticky cookies has at least 16 characters, and is not repeated where it has fewer', () => {
  expect(problems(['--sticky-secret=fifteen-letters'])).toEqual([
    '--sticky-secret: what is given is too short to be a secret; give 16 characters or more, such as `openssl rand -hex 16` prints, or random',
  ]);
  expect(config(['--sticky-secret=sixteen--letters']).stickySecret).toBe('sixteen--letters');
  expect(config([]).stickySecret).toBe('random');
});
