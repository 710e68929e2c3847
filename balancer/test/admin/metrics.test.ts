import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { Status } from '../../src/admin/api.ts';
import { exposition } from '../../src/admin/exposition.ts';
import { metrics } from '../../src/admin/metrics.ts';
import { ownLedger, ownPool } from '../ledger.ts';
import { originAt } from '../origins.ts';
import { shown } from './shown.ts';

/** What /metrics says after some work at one origin, by the sample's name with its labels. */
async function scraped() {
  const ledger = ownLedger();
  const pool = ownPool([originAt(1)], { maxConnections: 9, slowStart: 0 }, ledger, () => 0);
  const tally = ledger.tallyIn(pool.roster.members[0]?.slot ?? -1);
  for (const ms of [0.5, 1.5, 1.5, 3, 1_000_000]) tally.took(ms);
  tally.picked(1);
  tally.ended('5xx');
  tally.ended('connectErrors');
  tally.leftBehind();
  ledger.exchanges().ended('2xx');
  ledger.exchanges().ended('clientLeft');
  ledger.exchanges().took(300);
  ledger.loseLines(7);
  for (const end of ['done', 'done', 'resumed'] as const) ledger.handshake(end);
  const status = {
    ...{ version: '1', policy: 'b', policies: ['a', 'b'], threads: 2, upMs: 5000, clients: 3, running: 2, waiting: 1, tunnels: 5 },
    pools: [{ name: 'default', policy: 'b', running: 2, waiting: 1, pausedMs: 0, isDeploying: false }],
    origins: [
      { pool: 'default', id: '127.0.0.1:1', state: 'down', weight: 3, effectiveWeight: 1.5, inFlight: 4, tunnels: 3, latencyMs: 250 },
    ],
    certificates: [{ names: ['a.example', '*.b.example'], file: '/a.pem', expires: 1_800_000_000_500 }],
    acme: { hosts: [{ host: 'a.example', failures: 2, nextOrder: 1_800_000_000_500 }], issued: 3, failed: 4 },
  } as unknown as Status;
  const { text, headers } = await request(
    express().use(
      metrics({
        pools: () => [shown(pool, ledger)],
        house: ledger,
        status: () => status,
        leaks: { found: 6 },
        ask: async () => [] as never,
      }),
    ),
  ).get('/metrics');
  const samples = new Map(
    text
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
  return { text, headers, samples };
}

test('what was counted can be scraped', async () => {
  const { headers, samples } = await scraped();
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const origin = 'pool="default",origin="127.0.0.1:1"';
  const expected = {
    [`lb_picks_total{${origin},policy="b"}`]: 1,
    [`lb_attempts_total{${origin},outcome="5xx"}`]: 1,
    [`lb_attempts_total{${origin},outcome="connect_errors"}`]: 1,
    [`lb_attempts_total{${origin},outcome="2xx"}`]: 0,
    [`lb_retries_total{${origin}}`]: 1,
    [`lb_attempts_in_flight{${origin}}`]: 4,
    [`lb_origin_weight{${origin}}`]: 3,
    [`lb_origin_effective_weight{${origin}}`]: 1.5,
    [`lb_origin_latency_seconds{${origin}}`]: 0.25,
    [`lb_origin_state{${origin},state="down"}`]: 1,
    [`lb_origin_state{${origin},state="ready"}`]: 0,
    'lb_exchanges_total{code="2xx"}': 1,
    'lb_exchanges_total{code="none"}': 1,
    lb_exchange_duration_seconds_count: 1,
    'lb_exchange_duration_seconds_bucket{le="0.256"}': 0,
    'lb_exchange_duration_seconds_bucket{le="0.512"}': 1,
    lb_exchanges_running: 2,
    'lb_certificate_expiry_seconds{name="*.b.example",file="/a.pem"}': 1_800_000_000.5,
    'lb_tls_handshakes_total{result="done"}': 2,
    'lb_tls_handshakes_total{result="resumed"}': 1,
    'lb_tls_handshakes_total{result="failed"}': 0,
    'lb_acme_failures{host="a.example"}': 2,
    'lb_acme_next_order_time_seconds{host="a.example"}': 1_800_000_000.5,
    'lb_acme_orders_total{outcome="issued"}': 3,
    'lb_acme_orders_total{outcome="failed"}': 4,
    lb_log_lines_lost_total: 7,
    lb_leaks_total: 6,
    lb_exchanges_waiting: 1,
    lb_client_connections: 3,
    lb_tunnels: 5,
    [`lb_attempts_tunnels{${origin}}`]: 3,
    'lb_policy_info{pool="default",policy="b"}': 1,
    lb_threads: 2,
  };
  expect(Object.fromEntries(Object.keys(expected).map((name) => [name, samples.get(name)]))).toEqual(expected);
  expect(samples.has(`lb_picks_total{${origin},policy="a"}`)).toBe(false);
  const { user, system } = process.cpuUsage();
  const cpuSeconds = samples.get('process_cpu_seconds_total') ?? 0;
  expect(cpuSeconds).toBeGreaterThan(0);
  expect(cpuSeconds).toBeLessThanOrEqual((user + system) / 1e6);
  expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(2 ** 20);
});

test('the time when the process started is the same at every scrape', async () => {
  const [first, second] = [await scraped(), await scraped()].map(({ samples }) => samples.get('process_start_time_seconds'));
  expect(first).toBe(second);
  expect(Math.abs((first ?? 0) + process.uptime() - Date.now() / 1000)).toBeLessThan(60);
});

test('a histogram counts what is below each end, in seconds', async () => {
  const { samples } = await scraped();
  const at = (le: string) => samples.get(`lb_attempt_first_byte_seconds_bucket{pool="default",origin="127.0.0.1:1",le="${le}"}`);
  expect(['0.001', '0.002', '0.004', '65.536', '+Inf'].map(at)).toEqual([1, 3, 4, 4, 5]);
  expect(samples.get('lb_attempt_first_byte_seconds_count{pool="default",origin="127.0.0.1:1"}')).toBe(5);
  expect(samples.get('lb_attempt_first_byte_seconds_sum{pool="default",origin="127.0.0.1:1"}')).toBeCloseTo(1000.0065);
});

test('a label’s value is escaped, whatever is in it', () => {
  const text = exposition([
    { name: 'a', help: 'one\ntwo', type: 'gauge', samples: [{ labels: { origin: 'x"\\\n' }, value: Number.POSITIVE_INFINITY }] },
  ]);
  expect(text).toBe('# HELP a one\\ntwo\n# TYPE a gauge\na{origin="x\\"\\\\\\n"} +Inf\n');
});
