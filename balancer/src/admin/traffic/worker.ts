import { parentPort, workerData } from 'node:worker_threads';
import { type Asked, Client } from './clients.ts';
import type { Traffic } from './order.ts';
import { type Arrival, type Cost, planOf } from './plan.ts';

/** What the worker is started with. */
export interface TrafficStart {
  readonly traffic: Traffic;
  /** Where the balancer listens, as a URL. */
  readonly target: string;
  /**
   * Requests that may be under way. What comes on top counts as failed, so that an overload doesn't pile up here; of a burst, which has
   * no times to keep to, it waits for its turn.
   */
  readonly mostUnderWay: number;
}

/** What has become of the requests so far. */
export interface Counts {
  readonly sent: number;
  readonly answered: number;
  /** Answers of 5xx, requests without an answer, and those that were not even made. */
  readonly failed: number;
}

/** Time between two reports, in ms. */
const reporting = 200;

const requests: Readonly<Record<Cost, Asked>> = {
  small: { method: 'GET', path: '/' },
  upload: { method: 'POST', path: '/upload', body: 'x'.repeat(16 * 1024) },
  download: { method: 'GET', path: `/_origin/bytes/${256 * 1024}` },
};

/** Makes traffic, open-loop: when a request is made depends on the plan alone, and not on how soon others are answered. */
const { traffic, target, mostUnderWay } = workerData as TrafficStart;
const clients = Array.from({ length: traffic.clients }, (_, number) => new Client(target, number));
const counts = { sent: 0, answered: 0, failed: 0 };
let underWay = 0;
const plan = planOf(traffic);
const begun = performance.now();
const reports = setInterval(report, reporting);
make(plan.next());

/** Makes every request whose time has come, and waits for the next one's. */
function make(next: IteratorResult<Arrival>): void {
  let arrival = next;
  while (!arrival.done && arrival.value.at <= performance.now() - begun && !mustWait()) {
    void send(arrival.value);
    arrival = plan.next();
  }
  if (arrival.done) void end();
  else if (mustWait()) setTimeout(make, 1, arrival);
  else setTimeout(make, Math.max(0, arrival.value.at - (performance.now() - begun)), arrival);
}

function mustWait(): boolean {
  return traffic.burst !== undefined && underWay >= mostUnderWay;
}

async function send({ client, cost }: Arrival): Promise<void> {
  counts.sent += 1;
  if (underWay >= mostUnderWay) {
    counts.failed += 1;
    return;
  }
  underWay += 1;
  try {
    const status = await (clients[client] as Client).ask(requests[cost]);
    counts.answered += 1;
    if (status >= 500) counts.failed += 1;
  } catch {
    counts.failed += 1;
  } finally {
    underWay -= 1;
  }
}

/** Waits for what is under way, and ends. */
async function end(): Promise<void> {
  while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  clearInterval(reports);
  report();
  for (const client of clients) client.destroy();
}

function report(): void {
  parentPort?.postMessage({ ...counts } satisfies Counts);
}
