import { type RequestHandler, Router } from 'express';
import type { LeakWatch } from '../brain/health/leaks.ts';
import { countBelow } from '../brain/pool/histogram.ts';
import type { Ledger } from '../brain/pool/ledger.ts';
import { states } from '../brain/pool/standing.ts';
import { outcomes, type TallySum } from '../brain/pool/tally.ts';
import type { AcmeHostReport, AcmeReport, CertificateReport, PoolReport, Status } from './api.ts';
import type { Ask } from './decisions.ts';
import { exposition, expositionType, type Family, type Labels, type Sample } from './exposition.ts';
import { openMetrics, openMetricsType } from './open-metrics.ts';
import { originsIn, type ShownPool } from './shown-pool.ts';

/** The ends of a histogram's buckets, in ms: 1, 2, 4 … 65,536, each of which is the beginning of a bucket in the ledger. */
const ends = Array.from({ length: 17 }, (_, power) => 2 ** power);

/** What the metrics are taken from. */
export interface MetricParts {
  readonly pools: () => readonly ShownPool[];
  /** Where it is counted what is the whole balancer's. */
  readonly house: Ledger;
  readonly status: () => Status;
  /** The balancer's watch over itself. */
  readonly leaks: Pick<LeakWatch, 'found'>;
  /** Asks all threads for examples of exchanges that were traced. */
  readonly ask: Ask;
}

/** `GET /metrics`: everything that is counted, for Prometheus. Counters begin with the balancer and with each origin that comes. */
export function metrics(parts: MetricParts): Router {
  const serve: RequestHandler = async (req, res) => {
    const isOpen = req.accepts([expositionType, openMetricsType]) === openMetricsType;
    const text = isOpen ? openMetrics(familiesOf(parts), await parts.ask({ about: 'exemplars' })) : exposition(familiesOf(parts));
    const type = isOpen ? openMetricsType : expositionType;
    res.set({ 'Content-Type': type, 'Cache-Control': 'no-store' }).vary('Accept').end(text);
  };
  return Router().get('/metrics', serve);
}

function familiesOf({ pools, house, status, leaks }: MetricParts): Family[] {
  const now = status();
  const sums = originsIn(pools()).map(({ in: { name, ledger }, member: { origin, slot } }) => ({
    labels: { pool: name, origin: origin.id },
    sum: ledger.sumIn(slot),
  }));
  return [
    ...originFamilies(now, sums),
    ...poolFamilies(now),
    ...exchangeFamilies(now, house.sumIn()),
    ...processFamilies(now),
    ...(now.certificates ? tlsFamilies(now.certificates, house.handshakes) : []),
    ...(now.acme ? acmeFamilies(now.acme) : []),
    counter('lb_log_lines_lost_total', 'Lines of the log that nobody read in time.', house.linesLost),
    counter('lb_spans_sent_total', 'Spans of traces that the collector took.', house.spans.sent),
    counter('lb_spans_lost_total', 'Spans of traces that the collector did not take in time, or refused.', house.spans.lost),
    counter('lb_leaks_total', 'Requests that counted as under way while no client was connected.', leaks.found),
  ];
}

function counter(name: string, help: string, value: number): Family {
  return { name, help, type: 'counter', samples: [{ value }] };
}

interface OriginSum {
  readonly labels: { readonly pool: string; readonly origin: string };
  readonly sum: TallySum;
}

function originFamilies({ origins, policies }: Status, sums: readonly OriginSum[]): Family[] {
  const gauge = (name: string, help: string, value: (origin: Status['origins'][number]) => number): Family => ({
    ...{ name, help, type: 'gauge' },
    samples: origins.map((origin) => ({ labels: { pool: origin.pool, origin: origin.id }, value: value(origin) })),
  });
  const picks = ({ labels, sum }: OriginSum) =>
    policies.map((policy, number) => ({ labels: { ...labels, policy }, value: sum.picks[number] ?? 0 })).filter(({ value }) => value > 0);
  const ended = ({ labels, sum }: OriginSum) =>
    outcomes.map((name) => ({ labels: { ...labels, outcome: snakeCase(name) }, value: sum.outcomes[name] }));
  return [
    {
      name: 'lb_picks_total',
      help: 'Attempts that went to the origin, by the policy in use.',
      type: 'counter',
      samples: sums.flatMap(picks),
    },
    {
      name: 'lb_attempts_total',
      help: 'Attempts at the origin that have ended, by what came of them.',
      type: 'counter',
      samples: sums.flatMap(ended),
    },
    {
      ...{ name: 'lb_retries_total', help: 'Attempts that failed at the origin and were made again elsewhere.', type: 'counter' },
      samples: sums.map(({ labels, sum }) => ({ labels, value: sum.retriesAway })),
    },
    {
      ...{ name: 'lb_attempt_first_byte_seconds', help: 'Time from the pick to the first byte of the answer.', type: 'histogram' },
      samples: sums.flatMap(({ labels, sum }) => histogramSamples(sum, labels)),
    },
    gauge('lb_attempts_in_flight', 'Attempts under way at the origin.', ({ inFlight }) => inFlight),
    gauge('lb_attempts_tunnels', 'Open WebSockets among those.', ({ tunnels }) => tunnels),
    gauge('lb_origin_weight', 'The origin’s configured weight.', ({ weight }) => weight),
    gauge('lb_origin_effective_weight', 'The origin’s weight now, less while it warms up.', ({ effectiveWeight }) => effectiveWeight),
    gauge('lb_origin_latency_seconds', 'Peak EWMA of the time to the first byte, decayed to now.', ({ latencyMs }) => latencyMs / 1000),
    {
      ...{ name: 'lb_origin_state', help: '1 for the state that the origin is in.', type: 'gauge' },
      samples: origins.flatMap(({ pool, id, state }) =>
        states.map((name) => ({ labels: { pool, origin: id, state: name }, value: name === state ? 1 : 0 })),
      ),
    },
  ];
}

function exchangeFamilies({ running, waiting, tunnels, clients }: Status, sum: TallySum): Family[] {
  const gauge = (name: string, help: string, value: number): Family => ({ name, help, type: 'gauge', samples: [{ value }] });
  const classes = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
  const codes: Sample[] = classes.map((code) => ({ labels: { code }, value: sum.outcomes[code] }));
  return [
    {
      ...{
        name: 'lb_exchanges_total',
        help: 'Requests by the class of the answer that the client got; none where it got no whole one.',
        type: 'counter',
      },
      samples: [...codes, { labels: { code: 'none' }, value: sum.outcomes.clientLeft }],
    },
    {
      ...{ name: 'lb_exchange_duration_seconds', help: 'Time from the arrival of a request to the end of its answer.', type: 'histogram' },
      samples: histogramSamples(sum, {}),
    },
    gauge('lb_exchanges_running', 'Requests that have a place at an origin, or are about to be sent.', running),
    gauge('lb_exchanges_waiting', 'Requests that wait for a place at an origin.', waiting),
    gauge('lb_tunnels', 'WebSockets that are open, or about to be.', tunnels),
    gauge('lb_client_connections', 'Connections from clients.', clients),
  ];
}

function poolFamilies({ pools }: Status): Family[] {
  const gauge = (name: string, help: string, sampleOf: (pool: PoolReport) => Sample): Family => ({
    ...{ name, help, type: 'gauge', samples: pools.map(sampleOf) },
  });
  return [
    gauge('lb_policy_info', 'The policy in use.', ({ name, policy }) => ({ labels: { pool: name, policy }, value: 1 })),
    gauge('lb_pool_exchanges_running', 'Requests that have a place in the pool.', ({ name, running }) => ({
      ...{ labels: { pool: name }, value: running },
    })),
    gauge('lb_pool_exchanges_waiting', 'Requests that wait for a place in the pool.', ({ name, waiting }) => ({
      ...{ labels: { pool: name }, value: waiting },
    })),
  ];
}

function processFamilies({ version, threads }: Status): Family[] {
  const { user, system } = process.cpuUsage();
  const gauge = (name: string, help: string, value: number, labels: Labels = {}): Family => ({
    name,
    help,
    type: 'gauge',
    samples: [{ labels, value }],
  });
  return [
    gauge('lb_build_info', 'The version of the balancer.', 1, { version }),
    gauge('lb_threads', 'Threads that serve clients.', threads),
    { name: 'process_cpu_seconds_total', help: 'CPU time of all threads.', type: 'counter', samples: [{ value: (user + system) / 1e6 }] },
    gauge('process_resident_memory_bytes', 'Resident memory of the process.', process.memoryUsage.rss()),
    // A constant: what is worked out anew each time moves a little, and looks like a restart.
    gauge('process_start_time_seconds', 'When the process began, since the epoch.', performance.timeOrigin / 1000),
  ];
}

function tlsFamilies(certificates: readonly CertificateReport[], handshakes: Ledger['handshakes']): Family[] {
  return [
    {
      ...{ name: 'lb_certificate_expiry_seconds', help: 'When the certificate ends, since the epoch.', type: 'gauge' },
      samples: certificates.flatMap(({ names, file, expires }) => names.map((name) => ({ labels: { name, file }, value: expires / 1000 }))),
    },
    {
      ...{ name: 'lb_tls_handshakes_total', help: 'TLS handshakes with clients, by how they ended.', type: 'counter' },
      samples: Object.entries(handshakes).map(([result, value]) => ({ labels: { result }, value })),
    },
  ];
}

function acmeFamilies({ hosts, issued, failed }: AcmeReport): Family[] {
  const gauge = (name: string, help: string, value: (host: AcmeHostReport) => number): Family => ({
    ...{ name, help, type: 'gauge', samples: hosts.map((each) => ({ labels: { host: each.host }, value: value(each) })) },
  });
  return [
    gauge('lb_acme_failures', 'Orders of a certificate for the host that have failed in a row.', ({ failures }) => failures),
    gauge('lb_acme_next_order_time_seconds', 'When the next one is ordered, since the epoch.', ({ nextOrder }) => nextOrder / 1000),
    {
      ...{ name: 'lb_acme_orders_total', help: 'Orders of certificates that have ended, by what came of them.', type: 'counter' },
      samples: Object.entries({ issued, failed }).map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
  ];
}

function histogramSamples({ histogram, ms }: TallySum, labels: Labels): Sample[] {
  const count = countBelow(histogram, Number.POSITIVE_INFINITY) + (histogram.at(-1) ?? 0);
  const below = ends.map(
    (end): Sample => ({ suffix: '_bucket', labels: { ...labels, le: String(end / 1000) }, value: countBelow(histogram, end) }),
  );
  return [
    ...below,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: ms / 1000 },
    { suffix: '_count', labels, value: count },
  ];
}

/** `connectErrors` → `connect_errors`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
