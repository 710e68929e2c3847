import { afterEach, describe, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { readCommand } from '../../src/config/read.ts';
import { aFile } from './a-file.ts';

const { written } = aFile();

/** What is said of a file that can be used, which goes by the name FILE. */
function warnings(text: string, ...flags: string[]): string[] {
  const file = written(text);
  const command = readCommand(flags.length === 0 ? ['check', file] : ['--config', file, ...flags], {});
  return 'warnings' in command ? command.warnings.map((warning) => warning.replaceAll(file, 'FILE')) : [];
}

/** What is said of two routes of a pool, on lines 3 and 4. */
function together(earlier: string, later: string): string[] {
  return warnings(`pools: { shop: { origins: "http://s" } }\nroutes:\n  - { ${earlier}, pool: shop }\n  - { ${later} }\n`);
}

const never = ['FILE, line 4: route 2 can never match: route 1 (line 3) takes all that it takes; put it before that one, or leave it out'];

describe('a route that can never match is named', () => {
  test.each([
    ['method: GET', 'method: GET'],
    ['host: a.example', 'host: a.example'],
    ['host: a.example', 'host: A.example, path: /x'],
    ['host: "*.example"', 'host: a.example'],
    ['host: "*.example"', 'host: a.b.example'],
    ['host: "*.example"', 'host: "*.example"'],
    ['host: "*.example"', 'host: "*.b.example"'],
    ['path: /', 'path: /a'],
    ['path: /', 'method: GET'],
    ['path: /a', 'path: /a'],
    ['path: /a', 'path: /a/'],
    ['path: /a/', 'path: /a'],
    ['path: /a', 'path: /a/b'],
    ['path: /café', 'path: /caf%C3%A9/x'],
    ['method: [GET, HEAD]', 'method: HEAD'],
    ['header: { X-A: b }', 'header: { x-a: b, X-C: d }'],
    ['host: a.example, method: [GET, PUT]', 'path: /a, method: PUT, host: a.example'],
  ])('{ %s } before { %s }', (earlier, later) => {
    expect(together(earlier, `${later}, pool: shop`)).toEqual(never);
  });

  test('also one that guards, behind one that takes every path', () => {
    expect(together('host: a.example', 'host: a.example, path: /admin, respond: { status: 403 }')).toEqual(never);
    expect(together('path: /', 'path: /admin, respond: { status: 403 }')).toEqual(never);
    expect(together('path: /a, deny: 10.0.0.0/8', 'path: /a/b, respond: { status: 403 }')).toEqual(never);
  });

  test('and with it the first of those that take what it takes', () => {
    const text =
      'routes:\n  - { path: /a, pool: default }\n  - pool: default\n  - { path: /b, pool: default }\n  - { path: /a/b, pool: default }\n';
    expect(warnings(text)).toEqual([
      'FILE, line 4: route 3 can never match: route 2 (line 3) takes all that it takes; put it before that one, or leave it out',
      'FILE, line 5: route 4 can never match: route 1 (line 2) takes all that it takes; put it before that one, or leave it out',
    ]);
  });
});

test('a route that guards, and stands behind one that leads its paths on, is said to come too late', () => {
  const late =
    'FILE, line 4: route 2 comes too late: route 1 (line 3) takes all that it is for, and leaves it oddly spelt paths only; put it before that one';
  for (const guard of ['respond: { status: 403 }', 'redirect: /login', 'pool: shop, deny: 10.0.0.0/8', 'pool: shop, rate-limit: 1/s'])
    expect(together('path: /admin', `path: /admin/x, ${guard}`)).toEqual([late]);
});

describe('nothing is said of routes that take what is left', () => {
  test.each([
    ['host: a.example', 'host: b.example'],
    ['host: a.example', 'path: /a'],
    ['host: "*.example"', 'host: example'],
    ['host: "*.b.example"', 'host: "*.example"'],
    ['host: a.example', 'host: "*.example"'],
    ['path: /a', 'path: /ab'],
    ['path: /a/b', 'path: /a'],
    ['path: /a', 'path: /A'],
    ['method: GET', 'method: [GET, HEAD]'],
    ['method: GET', 'path: /a'],
    ['header: { X-A: b }', 'header: { X-A: c }'],
    ['header: { X-A: b }', 'header: { X-C: b }'],
    ['header: { X-A: b }', 'path: /a'],
    ['header: { constructor: x }', 'path: /a'],
    ['path: /a, method: GET', 'path: /a'],
  ])('{ %s } before { %s }', (earlier, later) => {
    expect(together(earlier, `${later}, pool: shop`)).toEqual([]);
  });
});

describe('a pool that no route leads to is named', () => {
  const pools = 'pools:\n  a: { origins: "http://a" }\n  b: { origins: "http://b" }\n';

  test('with its line', () => {
    expect(warnings(`${pools}routes: [{ pool: a }]`)).toEqual([
      'FILE, line 3: no route leads to the pool b; give one, or leave the pool out',
    ]);
  });

  test('or with the flag that lists it', () => {
    expect(warnings(`${pools}routes: [{ path: /a, pool: a }, { pool: b }]`, '--origins=http://c')).toEqual([
      '--origins: no route leads to the pool default; give one, or leave the pool out',
    ]);
  });

  test('but not one that has a share, be it none for now', () => {
    expect(warnings(`${pools}routes: [{ split: { a: 1, b: 0 } }]`)).toEqual([]);
  });

  test('but not the only one of a file without routes', () => {
    expect(warnings('pools: { a: { origins: "http://a" } }')).toEqual([]);
    expect(warnings('port: 1')).toEqual([]);
  });
});

describe('what is said', () => {
  const programs: Program[] = [];
  const run = (...args: string[]) => {
    const program = new Program('balancer/src/main.ts', args);
    programs.push(program);
    return program;
  };
  afterEach(async () => {
    for (const program of programs.splice(0)) await program.end();
  });

  const text = 'origins: http://127.0.0.1:9\nroutes:\n  - pool: default\n  - { path: /a, pool: default }\n';
  const never = 'line 4: route 2 can never match: route 1 (line 3) takes all that it takes; put it before that one, or leave it out';

  test('is printed by check, which says that the file can be used and exits with 0', async () => {
    const file = written(text);
    const program = run('check', file);
    expect(await program.status()).toBe(0);
    expect(program.output).toBe(`warning: ${file}, ${never}\n${file} can be used\n`);
  });

  test('is printed at the start, and noted at each reload', async () => {
    const file = written(text);
    const program = run('--config', file, '--port=0', '--admin-port=off', '--log=pretty');
    await program.port();
    expect(program.output).toContain(`balancer: warning: ${file}, ${never}\n`);
    const before = program.output.length;
    program.signal('SIGHUP');
    await program.printed(new RegExp(`\\[balancer\\] warning: .*${never.replaceAll(/[()]/g, '.')}`), before);
    program.signal('SIGTERM');
    expect(await program.status()).toBe(0);
  });
});
