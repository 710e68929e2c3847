import type { Ledger } from '../brain/pool/ledger.ts';
import type { OriginStatus } from '../brain/pool/origin-status.ts';
import type { Route } from '../brain/route/route.ts';
import { rounded } from '../brain/story/brief.ts';
import type { AcmeReport, CertificateReport, OriginReport, PoolReport, PoolStatus, RouteReport, Status, Tick } from './api.ts';
import type { History } from './history.ts';
import { reportOfRoute } from './route-report.ts';
import { originsIn, type ShownOrigin, type ShownPool } from './shown-pool.ts';

/** What is reported from. */
export interface ReportParts {
  readonly pools: () => readonly ShownPool[];
  /** In the order in which they are tried; the same list for as long as they stay. */
  readonly routes: () => readonly Route[];
  /** Where it is counted what is the whole balancer's. */
  readonly house: Ledger;
  /** The time in ms, on the pools' clock. */
  readonly now: () => number;
  /** When the balancer was started, on that clock: this is made when somebody first asks. */
  readonly begun: number;
  readonly history: History;
  /** What does not change while the balancer runs. */
  readonly fixed: Pick<Status, 'version' | 'policies' | 'threads'>;
  /** What the admin side may do now. */
  readonly mode: () => Pick<Status, 'isDemo' | 'isReadonly'>;
  /** Where clients come in; 0 before that is known. */
  readonly port: () => number;
  /** What clients are shown over TLS. */
  readonly certificates?: (() => readonly CertificateReport[]) | undefined;
  /** How certificates stand that are had by themselves, where any are. */
  readonly acme?: (() => AcmeReport | undefined) | undefined;
}

/** Reports how everything is, as of now: see Status in api.ts. */
export class Reporter {
  readonly #parts: ReportParts;
  /** The latest routes, in words: they are told every second, and seldom others. */
  #told: { readonly routes: readonly Route[]; readonly reports: readonly RouteReport[] } = { routes: [], reports: [] };

  constructor(parts: ReportParts) {
    this.#parts = parts;
  }

  /** Everything, for whoever asks seldom. */
  status(): Status {
    const { house, fixed, now, begun, port, mode } = this.#parts;
    const acme = this.#parts.acme?.();
    const certificates = this.#parts.certificates?.().map(({ names, file, expires }) => ({ names, file, expires })) ?? [];
    const pools = this.#parts.pools();
    return {
      ...{ version: fixed.version, policy: this.#policy(), policies: fixed.policies, threads: fixed.threads, port: port(), ...mode() },
      ...{ upMs: Math.round(now() - begun), clients: house.connect(0), ...this.#counts(), tunnels: house.tunnel(0) },
      ...{ pools: pools.map(reportOfPool), routes: this.#routes() },
      origins: pools.flatMap((pool) => this.#originsOf(pool)),
      ...(certificates.length > 0 ? { certificates } : {}),
      ...(acme ? { acme } : {}),
    };
  }

  /** All about a pool. */
  statusOf(pool: ShownPool): PoolStatus {
    return { ...reportOfPool(pool), origins: this.#originsOf(pool) };
  }

  /** One origin of a pool; nothing where there is none of that id. */
  origin(pool: ShownPool, id: string): OriginReport | undefined {
    return this.#originsOf(pool).find((origin) => origin.id === id);
  }

  /** What changes with every request. */
  live(): Omit<Tick, 'at' | 'exchanges' | 'unseen'> {
    const pools = this.#parts.pools();
    return {
      ...{ policy: this.#policy(), ...this.#counts() },
      pools: pools.map(({ ledger }) => [ledger.enter(0), ledger.waiting]),
      live: originsIn(pools).map(({ in: { ledger }, member: { slot, figures, inFlight, latencyMs } }) => [
        inFlight,
        ledger.picksIn(slot),
        rounded(latencyMs),
        figures.last,
      ]),
    };
  }

  /** The policy of the only pool. */
  #policy(): string {
    const [only, ...others] = this.#parts.pools();
    return only && others.length === 0 ? only.policyName : '';
  }

  #routes(): readonly RouteReport[] {
    const routes = this.#parts.routes();
    if (routes !== this.#told.routes) this.#told = { routes, reports: routes.map(reportOfRoute) };
    return this.#told.reports;
  }

  #counts(): Pick<Status, 'running' | 'waiting'> {
    const ledgers = this.#parts.pools().map(({ ledger }) => ledger);
    return {
      running: ledgers.reduce((sum, ledger) => sum + ledger.enter(0), 0),
      waiting: ledgers.reduce((sum, ledger) => sum + ledger.waiting, 0),
    };
  }

  #originsOf(shown: ShownPool): OriginReport[] {
    const { pool } = shown;
    const statuses = pool.status();
    const takers = new Set(pool.usable().map(({ origin }) => origin.id));
    const weights = statuses.reduce((sum, { id, effectiveWeight }) => sum + (takers.has(id) ? effectiveWeight : 0), 0);
    return pool.roster.members.map((member, index) => {
      const status = statuses[index] as OriginStatus;
      const share = takers.has(status.id) ? status.effectiveWeight / weights : 0;
      return this.#report({ in: shown, member }, status, Number.isFinite(share) ? share : 1 / takers.size);
    });
  }

  #report(origin: ShownOrigin, status: OriginStatus, expectedShare: number): OriginReport {
    const { in: shown, member } = origin;
    const { picks, outcomes, retriesAway } = shown.ledger.sumIn(member.slot);
    return {
      ...{ pool: shown.name, source: shown.membership.sourceOf(status.id), ...status },
      latencyMs: rounded(member.latencyMs),
      ...{ lastTurn: member.figures.last, credit: rounded(member.figures.credit) },
      ...{ picks: picks.reduce((sum, count) => sum + count, 0), expectedShare, outcomes, retriesAway },
      ...{ recent: this.#parts.history.recentOf(origin), probes: shown.health.probesOf(status.id) },
    };
  }
}

function reportOfPool({ name, policyName, ledger, pause, membership }: ShownPool): PoolReport {
  return {
    ...{ name, policy: policyName, running: ledger.enter(0), waiting: ledger.waiting },
    ...{ pausedMs: Math.round(pause.left), isDeploying: membership.isDeploying },
  };
}
