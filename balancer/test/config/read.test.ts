import { describe, expect, test } from '@jest/globals';
import { help } from '../../src/config/help.ts';
import { flagOf, optionNames, standardOf, variableOf } from '../../src/config/options.ts';
import { readCommand } from '../../src/config/read.ts';
import { config, problems } from './reading.ts';

describe('a configuration', () => {
  test('has a default for everything: the four local origins, round robin, 8080', () => {
    const standard = config([]);
    expect(standard).toMatchObject({ port: 8080, host: '*', policy: 'round-robin', adminPort: 8090, retries: 3, connectTimeout: 2000 });
    expect(standard.origins.map(({ id }) => id)).toEqual(['localhost:8081', 'localhost:8082', 'localhost:8083', 'localhost:8084']);
    expect(Object.isFrozen(standard)).toBe(true);
  });

  test('takes a flag before the environment, and the environment before the default', () => {
    expect(config(['--port', '1'], { PORT: '2' }).port).toBe(1);
    expect(config([], { PORT: '2' }).port).toBe(2);
    expect(config([], { ADMIN_PORT: 'off' }).adminPort).toBe('off');
    expect(config([], { PORT: '' }).port).toBe(8080);
  });

  test.each([['--port', '9000'], ['--port=9000'], ['-port=9000'], ['-port', '9000']])('reads %s %s', (...args) => {
    expect(config(args).port).toBe(9000);
  });

  test.each([
    ['250ms', 250],
    ['2s', 2000],
    ['1.5s', 1500],
    ['1m', 60_000],
    ['2.01s', 2010],
    ['4.1m', 246_000],
    ['0.5ms', 1],
  ])('reads the duration %s as %d ms', (text, ms) => {
    expect(config(['--connect-timeout', text]).connectTimeout).toBe(ms);
  });

  test('names an origin by host and port, also where the port is the default one', () => {
    expect(config(['--origins', 'https://a.example, http://b:81,http://[::1]:9']).origins.map(({ id }) => id)).toEqual([
      'a.example:443',
      'b:81',
      '[::1]:9',
    ]);
  });
});

test('reads the words behind an origin’s URL', () => {
  const [heavy, spare, plain] = config(['--origins', 'http://a weight=3, http://b  backup  weight=2,http://c']).origins;
  expect(heavy).toMatchObject({ id: 'a:80', weight: 3, backup: false });
  expect(spare).toMatchObject({ id: 'b:80', weight: 2, backup: true });
  expect(plain).toMatchObject({ id: 'c:80', weight: 1, backup: false });
});

test('reads how probes ask', () => {
  const read = config(['--health-host=[::1]:8080', '--health-port=81', '--health-status=200-204, 301,404-404']);
  expect(read).toMatchObject({ healthHost: '[::1]:8080', healthPort: 81 });
  const ranges = read.healthStatus.map(({ from, to }) => [from, to]);
  expect(ranges).toEqual([
    [200, 204],
    [301, 301],
    [404, 404],
  ]);
  expect(config(['--health-host=app.example']).healthHost).toBe('app.example');
  expect(config([])).toMatchObject({ healthHost: undefined, healthPort: undefined, healthStatus: [{ from: 200, to: 299 }] });
});

describe('a configuration is refused for', () => {
  test.each([
    ['--port', '80a', '--port: "80a" is not a port; give a whole number from 0 to 65535 (0 picks a free one)'],
    ['--port', '65536', '--port: "65536" is not a port; give a whole number from 0 to 65535 (0 picks a free one)'],
    ['--admin-port', 'on', '--admin-port: "on" is not a port; give a whole number from 0 to 65535, or off'],
    ['--host', '', '--host: needs a value, such as *'],
    ['--port', '', '--port: needs a value, such as 8080'],
    ['--origins', ' , ', '--origins: no origin is listed; give at least one, such as http://localhost:8081'],
    [
      '--origins',
      'ftp://x',
      '--origins: "ftp://x" is not an http://, https://, h2c:// or h2:// URL; give one such as http://localhost:8081',
    ],
    [
      '--origins',
      'localhost:8081',
      '--origins: "localhost:8081" is not an http://, https://, h2c:// or h2:// URL; give one such as http://localhost:8081',
    ],
    ['--origins', 'http://a/b?c', '--origins: "http://a/b?c" has a path; give scheme, host and port only: http://a'],
    ['--origins', 'http://u:p@a', '--origins: "a" comes with a user or password; give scheme, host and port only'],
    ['--origins', 'http://a,http://b,http://A:80/', '--origins: a:80 is listed twice; list each origin once'],
    ['--origins', 'http://a weight=-1', '--origins: a:80 has the weight "-1"; give a whole number from 0 to 1000'],
    ['--origins', 'http://a weight=NaN', '--origins: a:80 has the weight "NaN"; give a whole number from 0 to 1000'],
    ['--origins', 'http://a weight=1001', '--origins: a:80 has the weight "1001"; give a whole number from 0 to 1000'],
    [
      '--origins',
      'http://a down',
      '--origins: a:80 has the word "down"; behind a URL there may be weight=N, backup and proxy-protocol=v1 or v2',
    ],
    [
      '--origins',
      'http://a weight=0, http://b weight=0',
      '--origins: every weight is 0, so no origin would take requests; give at least one a weight from 1 to 1000',
    ],
    ['--policy', 'constructor', expect.stringMatching(/^--policy: "constructor" is not known; give one of: /)],
    ['--policy', 'round', expect.stringMatching(/^--policy: "round" is not known; give one of: round-robin/)],
    ['--retries', '-1', '--retries: "-1" is not a count; give a whole number from 0 to 100'],
    ['--connect-timeout', '5', '--connect-timeout: "5" is not a duration; give a number above 0 with a unit, such as 250ms, 2s or 1m'],
    ['--idle-timeout', '0s', '--idle-timeout: "0s" is not a duration; give a number above 0 with a unit, such as 250ms, 2s or 1m'],
    ['--health-path', '//evil/x', '--health-path: "//evil/x" is not a path; give one such as /health, or none'],
    ['--health-path', '/\\\\evil/x', '--health-path: "/\\\\evil/x" is not a path; give one such as /health, or none'],
    ['--health-host', 'a b', '--health-host: "a b" is not a host; give a name such as app.example or app.example:8080, or none'],
    ['--health-host', 'http://a', '--health-host: "http://a" is not a host; give a name such as app.example or app.example:8080, or none'],
    ['--health-host', 'a:0', '--health-host: "a:0" is not a host; give a name such as app.example or app.example:8080, or none'],
    ['--health-port', '0', '--health-port: "0" is not a port to ask at; give a whole number from 1 to 65535, or none'],
    ['--health-port', '65536', '--health-port: "65536" is not a port to ask at; give a whole number from 1 to 65535, or none'],
    ['--health-status', '399-200', expect.stringMatching(/^--health-status: "399-200" is neither a status nor a range of them; give/)],
    ['--health-status', '200-', expect.stringMatching(/^--health-status: "200-" is neither/)],
    ['--health-status', '101', expect.stringMatching(/^--health-status: "101" is neither/)],
    ['--health-status', '200,,204', expect.stringMatching(/^--health-status: "" is neither/)],
    ['--max-ejected', '50', '--max-ejected: "50" is not a percentage; give one from 0% to 100%, such as 50%'],
    ['--max-ejected', '101%', '--max-ejected: "101%" is not a percentage; give one from 0% to 100%, such as 50%'],
    ['--hash-key', 'header:', '--hash-key: "header:" is no key; give client, path, header:NAME, cookie:NAME or query:NAME'],
    ['--hash-key', 'ip', '--hash-key: "ip" is no key; give client, path, header:NAME, cookie:NAME or query:NAME'],
    ['--sticky', 'a b', '--sticky: "a b" is not a cookie\'s name; give one such as lb, or none'],
    ['--threads', '0', '--threads: "0" is not a number of threads; give a whole number from 1 to 64, or auto'],
    ['--log', 'xml', '--log: "xml" is not known; give one of: off, json, pretty, combined'],
  ])('%s=%s', (flag, value, problem) => {
    expect(problems([`${flag}=${value}`])).toEqual([problem]);
  });

  test('an option without its value, an unknown option, a stray word: all at once', () => {
    expect(problems(['--port', '--prot', '1', 'stray'], { LOG: 'loud' })).toEqual([
      '--prot: unknown option, did you mean --port?; see --help',
      '1: unexpected; every setting is an option, see --help',
      'stray: unexpected; every setting is an option, see --help',
      '--port: needs a value, such as 8080',
      'LOG: "loud" is not known; give one of: off, json, pretty, combined',
    ]);
  });

  test('every origin that cannot be used, each with a sentence of its own', () => {
    expect(problems(['--origins', 'x,http://a,http://a'])).toHaveLength(2);
  });
});

describe('--help', () => {
  test('is asked for before anything is checked', () => {
    expect(readCommand(['--help', '--port', 'x'], {}).kind).toBe('help');
    expect(readCommand(['-h'], {}).kind).toBe('help');
    expect(readCommand(['--version'], {}).kind).toBe('version');
  });

  test.each(optionNames)('names %s with its variable and default', (name) => {
    const line = help()
      .split('\n')
      .find((candidate) => candidate.includes(`--${flagOf(name)} `));
    expect(line).toContain(variableOf(name));
    expect(line).toContain(`(default: ${standardOf(name)})`);
  });
});

test.each([
  ['least_conn', 'least-requests'],
  ['leastconn', 'least-requests'],
  ['LEAST_CONNECTIONS', 'least-requests'],
  ['ip_hash', 'rendezvous-hash'],
  ['p2c', 'two-choices'],
  ['ring_hash', 'bounded-hash'],
  ['ROUND_ROBIN', 'round-robin'],
  ['roundrobin', 'round-robin'],
])('the policy that others call %s is %s', (theirs, ours) => {
  expect(problems([`--policy=${theirs}`])).toEqual([
    expect.stringMatching(`^--policy: "${theirs}" is not known; here that is ${ours}; give one of: ${ours}, `),
  ]);
});

test.each([
  [['--healthPath=/up'], '--healthPath: unknown option, did you mean --health-path?; see --help'],
  [['--health_path', '/up'], '--health_path: unknown option, did you mean --health-path?; see --help'],
  [['--nothing-like-it=1'], '--nothing-like-it: unknown option; see --help'],
  [['balancer.yml'], 'balancer.yml: unexpected; give a file as --config balancer.yml, or check it with check balancer.yml'],
  [
    ['--origins', 'http://a,', 'http://b'],
    'http://b: unexpected; put a list with spaces in quotes, as in --origins "http://a:1 weight=2, http://b:2"',
  ],
])('a slip on the command line is understood: %j', (args, problem) => {
  expect(problems(args)).toContain(problem);
});
