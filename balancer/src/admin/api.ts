import type { Probe } from '../brain/health/probes.ts';
import type { Source } from '../brain/pool/membership.ts';
import type { OriginStatus } from '../brain/pool/origin-status.ts';
import type { OutcomeName } from '../brain/pool/tally.ts';
import type { ExchangeBrief } from '../brain/story/brief.ts';
import type { DecisionReport } from '../brain/story/report.ts';

export type { Probe } from '../brain/health/probes.ts';
export type { Excluded } from '../brain/pool/view.ts';
export type { AttemptBrief, ExchangeBrief } from '../brain/story/brief.ts';
export type { AttemptReport, CandidateFigures, DecisionReport } from '../brain/story/report.ts';

/*
 * What the admin side says, and the dashboard reads: JSON under /api/. Times named `at` are ms since the epoch, those named `Ms`
 * durations in ms.
 */

/**
 * How attempts at an origin have ended since the balancer started: answers by class; `connectErrors` where no connection came
 * about; `timeouts` where no answer began or went on in time; `broken` where the connection broke or what came was no HTTP;
 * `clientLeft` where the client left first, or stopped sending.
 */
export type Outcomes = Readonly<Record<OutcomeName, number>>;

/** What requests of the last few seconds took, in ms; nothing was measured where `n` is 0. */
export interface Recent {
  readonly seconds: number;
  readonly n: number;
  readonly perSecond: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** An origin, how it stands and what it has done. */
export interface OriginReport extends OriginStatus {
  /** The name of the pool that it is in. */
  readonly pool: string;
  /** Where it, or what is said of it, comes from: the configuration, somebody's hand, or a deploy. */
  readonly source: Source;
  /** Peak EWMA of the time to the first byte, decayed to now; 0 without history. */
  readonly latencyMs: number;
  /** The number of its last turn in the rotation, and its credit in the smooth one. */
  readonly lastTurn: number;
  readonly credit: number;
  readonly picks: number;
  /** The share of picks, from 0 to 1, that its weight would give it among those that take requests now. */
  readonly expectedShare: number;
  readonly outcomes: Outcomes;
  /** Attempts that failed here and were made again elsewhere. */
  readonly retriesAway: number;
  /** To the first byte. */
  readonly recent: Recent;
  /** The latest, up to 20, oldest first. */
  readonly probes: readonly Probe[];
}

/** A pool. */
export interface PoolReport {
  readonly name: string;
  readonly policy: string;
  /** Exchanges that run in it, and that wait for a place at an origin of it. */
  readonly running: number;
  readonly waiting: number;
  /** For how long its requests are held back yet, in ms; 0 where they are not. */
  readonly pausedMs: number;
  /** Whether a deploy is under way: its origins have not taken over yet, or those of before have not gone. */
  readonly isDeploying: boolean;
}

/** `GET /api/pools/NAME`; `GET /api/pools` has all of them, as `pools`. */
export interface PoolStatus extends PoolReport {
  readonly origins: readonly OriginReport[];
}

/** A route: which requests it takes, and what becomes of them, in words. */
export interface RouteReport {
  /** Its place in the order in which they are tried, from 1. */
  readonly number: number;
  /** Its number and what it takes, such as `route 1 (api.example.com/v1)`; the same that a request's story calls it. */
  readonly name: string;
  /** What becomes of the requests that it takes, such as `splits: shop 95 %, next 5 %, by cookie uid`. */
  readonly does: string;
  /** Whom it lets in, how often and with how much, such as `at most 100 a second, 200 at once, for each client`. */
  readonly limits: readonly string[];
  /** What it changes in requests and answers; of fields only their names. */
  readonly changes: readonly string[];
  /** The pools that it leads to, with their shares from 0 to 1; none where the balancer answers itself. */
  readonly pools: readonly { readonly pool: string; readonly share: number }[];
}

/** `GET /api/status`. */
export interface Status {
  readonly version: string;
  /** The policy of the only pool; empty where there are several. */
  readonly policy: string;
  readonly pools: readonly PoolReport[];
  /** In the order in which they are tried; empty where all requests go to the only pool. */
  readonly routes: readonly RouteReport[];
  /** Every policy that could be chosen. */
  readonly policies: readonly string[];
  readonly threads: number;
  /** Whether the admin side may make traffic of its own, and break origins; and whether it may change nothing at all. */
  readonly isDemo: boolean;
  readonly isReadonly: boolean;
  /** Where clients come in. */
  readonly port: number;
  readonly upMs: number;
  /** Connections from clients. */
  readonly clients: number;
  /** Exchanges that run; open WebSockets are counted apart. */
  readonly running: number;
  /** Exchanges that wait for a place at an origin. */
  readonly waiting: number;
  /** WebSockets that are open, or about to be. */
  readonly tunnels: number;
  /** Those of all pools, pool by pool. */
  readonly origins: readonly OriginReport[];
  /** What clients are shown over TLS, the first to who names none; missing where nothing is. */
  readonly certificates?: readonly CertificateReport[];
  /** Missing where no certificates are had by themselves. */
  readonly acme?: AcmeReport;
}

/** A certificate that clients are shown. */
export interface CertificateReport {
  /** The names and addresses that it is for; a name may begin with `*.`. */
  readonly names: readonly string[];
  /** Where it comes from. */
  readonly file: string;
  /** When it ends, in ms since 1970. */
  readonly expires: number;
}

/** How certificates stand that are had by themselves. */
export interface AcmeReport {
  readonly hosts: readonly AcmeHostReport[];
  /** Orders that have ended since the start. */
  readonly issued: number;
  readonly failed: number;
}

/** A host that has, or is to have, a certificate of its own. Times are in ms since 1970. */
export interface AcmeHostReport {
  readonly host: string;
  /** `good` where a certificate can be shown. */
  readonly state: 'none' | 'good' | 'expired';
  readonly isOrdering: boolean;
  /** When the certificate ends, if there is one. */
  readonly notAfter: number | null;
  /** When the next one is ordered, failures considered. */
  readonly nextOrder: number;
  /** How many orders have failed in a row. */
  readonly failures: number;
  /** Why the last one failed, in a sentence; null where it didn't. */
  readonly problem: string | null;
}

/** What another policy would have done in the state of the first pick. */
export type Counterfactual = DecisionReport['wouldHavePicked'][number];

/** `GET /api/decisions?limit=&pool=&origin=&status=`, latest first. `status` may be a class such as `5xx`. */
export interface DecisionList {
  readonly decisions: readonly ExchangeBrief[];
}

/** `GET /api/latest-decision`, with `?pool=` in that pool: null where none is remembered. */
export type LatestDecision = DecisionReport | null;

/** One second of the last minutes. */
export interface Second {
  /** When it began. */
  readonly at: number;
  /** To the first byte, over all origins; null where nothing was answered. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Attempts that ended, by origin: `ID`, or `ID of POOL` in any pool but `default`. */
  readonly attempts: Readonly<Record<string, number>>;
  /** Attempts that failed or were answered 5xx, by origin. */
  readonly errors: Readonly<Record<string, number>>;
  /** The same times by pool; missing where there is one only. */
  readonly pools?: Readonly<Record<string, Pick<Second, 'p50' | 'p99'>>>;
}

/** What has changed within a tenth of a second. */
export interface Tick {
  readonly at: number;
  /** As in the status. */
  readonly policy: string;
  /** In the status's order: in flight, picks, latency in ms, last turn. */
  readonly live: readonly (readonly [inFlight: number, picks: number, latencyMs: number, lastTurn: number])[];
  readonly running: number;
  readonly waiting: number;
  /** In the status's order: exchanges that run in each pool, and that wait there. */
  readonly pools: readonly (readonly [running: number, waiting: number])[];
  /** Exchanges that began, went on elsewhere or ended; one of them may come again as it goes on. */
  readonly exchanges: readonly ExchangeBrief[];
  /** How many more there were than are shown. */
  readonly unseen: number;
}

/**
 * `GET /api/events`, server-sent: first one `snapshot`; then `tick` ten times a second while there is news, and at least once a
 * second; `status` once a second and at once when an origin's state or the policy has changed; `second` once a second.
 */
export interface Events {
  readonly snapshot: { readonly status: Status; readonly exchanges: readonly ExchangeBrief[]; readonly seconds: readonly Second[] };
  readonly tick: Tick;
  readonly status: Status;
  readonly second: Second;
}

/** `POST /api/traffic`: requests through the public port, open-loop. Give a rate or a burst. */
export interface TrafficOrder {
  /** Requests a second. */
  readonly rate?: number;
  /** Requests at once. */
  readonly burst?: number;
  /** How long a rate goes on, in seconds. */
  readonly seconds?: number;
  /** Clients, each with an address and a connection of its own. */
  readonly clients?: number;
  /** Relative shares of costs: a small GET, a POST of 16 KiB, a download of 256 KiB. */
  readonly mix?: { readonly small?: number; readonly upload?: number; readonly download?: number };
  readonly seed?: number;
}

/** `GET /api/traffic`, and the answer to `POST` and `DELETE`. */
export interface TrafficStatus {
  readonly isRunning: boolean;
  /** What was asked for, with every default; null before the first order. */
  readonly order: (Required<Omit<TrafficOrder, 'rate' | 'burst'>> & Pick<TrafficOrder, 'rate' | 'burst'>) | null;
  readonly sent: number;
  readonly answered: number;
  /** Answers of 5xx, and requests without an answer. */
  readonly failed: number;
  /** When it ends by itself. */
  readonly endsAt: number | null;
}

/** `GET /api/lessons/N/check`, from 1 to 14: what the check of that chapter of the course does. */
export interface LessonReport {
  readonly chapter: number;
  readonly title: string;
  /** What it does, in its order. */
  readonly steps: readonly string[];
  /** How long it takes, about. */
  readonly seconds: number;
  /** What its last run found, since the balancer started; null before the first. */
  readonly last: LessonResult | null;
  /** The check that runs now, of whichever chapter; null where none does. */
  readonly running: RunningLesson | null;
}

/** A check that runs. */
export interface RunningLesson {
  readonly chapter: number;
  /** When it began, and from which address it was asked for. */
  readonly at: number;
  readonly who: string;
  /** What it does just now. */
  readonly doing: string;
}

/** The answer to `POST /api/lessons/N/check`, once everything is put back. */
export interface LessonResult {
  readonly pass: boolean;
  readonly numbers: readonly LessonFigure[];
  /** What it has shown; or why it has not. */
  readonly sentence: string;
  /** When it ended, and how long it took. */
  readonly at: number;
  readonly tookMs: number;
}

/** A figure of a check, and what it should be. */
export interface LessonFigure {
  readonly name: string;
  /** Null where nothing came of which it could be computed. */
  readonly measured: number | null;
  /** Such as `at least 0.7`. */
  readonly expected: string;
  readonly ok: boolean;
}

/*
 * What changes something, always with Content-Type: application/json where there is a body. Errors are
 * `{"error": "…", "problems"?: ["…"]}` with 400, 401, 403, 404, 409, 413, 415, 421 or 502.
 *
 * Under /api/pools/P/ for one pool; what has no pool in its path means the only one, and is a 409 where there are several.
 *
 *   PUT    /api/policy                {"name": "least-requests"}          → {"policy"}
 *   POST   /api/origins/ID/drain, /enable                                 → OriginReport
 *                                     both with `notYetIn`, their numbers, where threads don't answer
 *   GET    /api/origins/ID/fault      what the origin's /_origin/fault says
 *   PUT    /api/origins/ID/fault      as the origin's own (docs/origins.md)
 *   DELETE /api/origins/ID/fault
 *   POST   /api/origins/ID/crash
 *   POST   /api/pools/P/origins       {"url", "weight"?, "backup"?, "proxyProtocol"?} → 201 OriginReport
 *   PATCH  /api/pools/P/origins/ID    {"weight"?, "backup"?}             → OriginReport
 *   DELETE /api/pools/P/origins/ID                                       → {"id", "isGone"}, once it has drained
 *   POST   /api/pools/P/deploy        {"origins": ["…"], "timeout"?}     → {"origins", "stillThere"}, once they took over
 *   POST   /api/pools/P/pause         {"for": "30s"}                     → {"pausedMs"}
 *   POST   /api/pools/P/resume                                           → {"pausedMs"}
 *   POST   /api/traffic               TrafficOrder                        → TrafficStatus
 *   DELETE /api/traffic                                                   → TrafficStatus
 *   POST   /api/lessons/N/check                                           → LessonResult
 */
