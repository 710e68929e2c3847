import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';

const page = readFileSync(new URL('../docs/metrics.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'promql-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The questions on the page, by the words above each. */
const questions = Object.fromEntries(
  (/```promql\n(.*?)```/s.exec(page)?.[1] ?? '').split('# ').flatMap((text) => {
    const [words = '', ...query] = text.trim().split('\n');
    return words === '' ? [] : [[words, query.join('\n')]];
  }),
);

/** Ten minutes of samples, one a minute, with the labels that every scrape adds; `values` as promtool writes them. */
function series(name: string, labels: string, values: string) {
  return { series: `${name}{job="balancer",instance="localhost:8090",${labels}}`, values };
}

const served = [
  series('lb_exchanges_total', 'code="2xx"', '0+90x10'),
  series('lb_exchanges_total', 'code="5xx"', '0+8x10'),
  series('lb_exchanges_total', 'code="none"', '0+2x10'),
  ...['a', 'b'].flatMap((origin) => [
    series('lb_attempt_first_byte_seconds_bucket', `origin="${origin}",le="0.001"`, '0x10'),
    series('lb_attempt_first_byte_seconds_bucket', `origin="${origin}",le="${origin === 'a' ? 0.002 : 0.004}"`, '0+100x10'),
    series('lb_attempt_first_byte_seconds_bucket', `origin="${origin}",le="+Inf"`, '0+100x10'),
    series('lb_origin_effective_weight', `origin="${origin}"`, '1x10'),
  ]),
  // Over two policies, as after a switch.
  series('lb_picks_total', 'origin="a",policy="random"', '0+30x10'),
  series('lb_picks_total', 'origin="a",policy="round-robin"', '0+30x10'),
  series('lb_picks_total', 'origin="b",policy="random"', '0+40x10'),
];

/** What each question should be answered, from those samples. */
const answers: Readonly<Record<string, readonly { labels: string; value: number }[]>> = {
  'The share of requests that failed, as clients saw it': [{ labels: '{}', value: 0.1 }],
  'The 99th percentile of each origin': [
    { labels: '{origin="a"}', value: 0.00199 },
    { labels: '{origin="b"}', value: 0.00397 },
  ],
  'Origins that get more than their weight': [{ labels: '{origin="a"}', value: 0.6 }],
};

/** Prometheus's own verdict on an answer, to nine places; what is wrong where there is no promtool, since CI must not skip it. */
function verdict(query: string, samples: readonly { labels: string; value: number }[]): string {
  const near = `round((${query}) * 1e9) / 1e9`;
  const file = join(folder, 'tests.json');
  const expected = { expr: near, eval_time: '10m', exp_samples: samples };
  writeFileSync(file, JSON.stringify({ tests: [{ interval: '1m', input_series: served, promql_expr_test: [expected] }] }));
  const { error, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
  if (error && process.env['ALL_TOOLS'] !== '1') return `skipped: ${error.message}`;
  return error ? error.message : `${stdout}${stderr}`;
}

describe('a question on the page', () => {
  test('has an answer here, and no other has', () => {
    expect(Object.keys(questions)).toEqual(Object.keys(answers));
  });

  test.each(Object.entries(answers))('is answered by Prometheus: %s', (words, samples) => {
    const said = verdict(questions[words] ?? '', samples);
    if (said.startsWith('skipped')) process.stdout.write(`promtool ${said}\n`);
    else expect(said).toMatch(/^\s*Unit Testing: .*\n\s*SUCCESS\s*$/);
  });
});

test('every metric that is served has its row, and none is made up', () => {
  const source = readFileSync(new URL('../balancer/src/admin/metrics.ts', import.meta.url), 'utf8');
  const served = new Set(source.match(/(?<=')lb_\w+(?=')/g));
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const described = new Set(rows.flatMap((row) => row.split('|')[1]?.match(/lb_\w+/g) ?? []));
  expect([...described].sort()).toEqual([...served].sort());
});
