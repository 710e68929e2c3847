import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const folder = new URL('../deploy/observability/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');

const isHere = process.env['ALL_TOOLS'] === '1' || spawnSync('promtool', ['--version']).error === undefined;
const maybe = isHere ? test : test.skip;

/** What promtool says of a file there. */
function judged(...words: string[]) {
  const { status, stdout, stderr } = spawnSync('promtool', words, { cwd: fileURLToPath(folder), encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

maybe('Prometheus can use its configuration and the alerts', () => {
  expect(judged('check', 'config', 'prometheus.yml')).toMatchObject({ status: 0 });
  expect(judged('check', 'rules', 'alerts.yml')).toMatchObject({ status: 0, said: expect.stringMatching(/SUCCESS: \d+ rules found/) });
});

maybe('the alerts fire when they should, and not before', () => {
  expect(judged('test', 'rules', 'alerts-test.yml')).toMatchObject({ status: 0 });
});

test('alerts and panels ask for metrics that there are', () => {
  const metrics = readFileSync(new URL('../docs/metrics.md', import.meta.url), 'utf8').match(/`(?:lb|process)_\w+/g) ?? [];
  const known = new Set([...metrics.map((name) => name.slice(1)), ...processMetrics]);
  const asked = `${read('alerts.yml')}${read('grafana/dashboard.json')}`.match(/\b(?:lb|process)_[a-z_]+/g) ?? [];
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.map((name) => name.replace(/_bucket$/, '')).filter((name) => !known.has(name))).toEqual([]);
});

/** Those that the page has as `process_…`, as balancer/src/admin/metrics.ts has them. */
const processMetrics = ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds'];

test('every alert says in a sentence what is the matter, and how soon somebody has to look', () => {
  const { groups } = parse(read('alerts.yml')) as {
    groups: { rules: { alert: string; labels: { severity: string }; annotations: { summary: string } }[] }[];
  };
  for (const { labels, annotations } of groups.flatMap(({ rules }) => rules)) {
    expect(['page', 'ticket']).toContain(labels.severity);
    expect(annotations.summary.length).toBeGreaterThan(10);
  }
});

test('the dashboard has no two panels of one number, and each says what it shows', () => {
  const { panels } = JSON.parse(read('grafana/dashboard.json')) as { panels: { id: number; title: string; description: string }[] };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const { title, description } of panels) expect([title, description.length > 5]).toEqual([title, true]);
});
