import { expect, test } from '@jest/globals';
import { changesBetween } from '../../src/config/changes.ts';
import { readCommand } from '../../src/config/read.ts';
import { aFile } from './a-file.ts';
import { config, problems } from './reading.ts';

const file = aFile();

test('PROXY headers are taken from proxies that are named', () => {
  expect(config(['--proxy-protocol=on', '--trusted-proxies=10.0.0.0/8']).proxyProtocol).toBe(true);
  expect(config([]).proxyProtocol).toBe(false);
});

test.each([
  [['--proxy-protocol=on'], '--proxy-protocol'],
  [['--proxy-protocol=on', '--trusted-proxies=none'], '--proxy-protocol'],
])('%j is refused: nobody would be believed', (flags, label) => {
  expect(problems(flags)).toEqual([
    `${label}: is on, and nobody is believed whom a connection is for; name the proxies that send PROXY headers in --trusted-proxies, such as 10.0.0.0/8`,
  ]);
});

test('in a file the line is named; and trusted proxies that can’t be read are the only mistake', () => {
  expect(file.problems('port: 80\nproxy-protocol: on\n')).toEqual([expect.stringMatching(/^FILE, line 2: proxy-protocol: is on, and/)]);
  expect(problems(['--proxy-protocol=on', '--trusted-proxies=10.0.0.0/99'])).toEqual([expect.stringMatching(/^--trusted-proxies: /)]);
  expect(problems(['--proxy-protocol=yes'])).toEqual(['--proxy-protocol: "yes" is not known; give one of: on, off']);
});

test('whether headers are taken needs a restart to change', () => {
  const after = config(['--proxy-protocol=on', '--trusted-proxies=10.0.0.0/8']);
  expect(changesBetween(config(['--trusted-proxies=10.0.0.0/8']), after)).toEqual({ live: [], restart: ['proxy-protocol'] });
});

test.each([
  ['http://a:1 proxy-protocol=v2, http://b:2 weight=3 proxy-protocol=v1 backup, http://c:3'],
  ['\n  - http://a:1 proxy-protocol=v2\n  - http://b:2 weight=3 proxy-protocol=v1 backup\n  - http://c:3\n'],
  [
    '\n  - { url: "http://a:1", proxy-protocol: v2 }\n  - url: http://b:2\n    proxy-protocol: v1\n    weight: 3\n    backup: true\n  - url: http://c:3\n',
  ],
])('origins may want a header: %j', (list) => {
  const { origins } = file.config(`origins: ${list}`);
  expect(origins.map(({ id, weight, backup, proxyProtocol }) => [id, weight, backup, proxyProtocol])).toEqual([
    ['a:1', 1, false, 'v2'],
    ['b:2', 3, true, 'v1'],
    ['c:3', 1, false, undefined],
  ]);
});

const right = 'give proxy-protocol=v1 or proxy-protocol=v2';

test.each([
  ['http://a proxy-protocol=v3', `--origins: a:80 has the version "v3" of the PROXY protocol; ${right}`],
  ['http://a proxy-protocol=', `--origins: a:80 has the version "" of the PROXY protocol; ${right}`],
  [
    'http://a proxy-protocol',
    expect.stringMatching(/has the word "proxy-protocol"; behind a URL there may be .* proxy-protocol=v1 or v2$/),
  ],
  [
    'h2c://a proxy-protocol=v2',
    expect.stringMatching(/^--origins: a:80 is asked by HTTP\/2, .* leave proxy-protocol out, or list it with http/),
  ],
  ['http://a send-proxy', expect.stringMatching(/has the word "send-proxy"; behind a URL there may be .* proxy-protocol=v1 or v2$/)],
])('%j is refused in words', (list, problem) => {
  expect(problems([`--origins=${list}`])).toEqual([problem]);
});

test('a word that a shell has cut off says where it belongs', () => {
  expect(problems(['--origins', 'http://a', 'proxy-protocol=v2'])).toEqual([
    expect.stringMatching(/^proxy-protocol=v2: unexpected; put a list with spaces in quotes/),
  ]);
  expect(() => readCommand(['deploy', 'http://a', 'proxy-protocol=v2'], {})).toThrow(/"proxy-protocol=v2" stands alone; put it in quotes/);
});

test('HAProxy’s own words are translated', () => {
  expect(file.problems('pools:\n  shop:\n    origins: [http://a]\n    send-proxy-v2: true\n')).toEqual([
    expect.stringMatching(
      /line 4: pool shop: send-proxy-v2: unknown setting of a pool; here that is a word behind the URL .* proxy-protocol=v2$/,
    ),
  ]);
});
