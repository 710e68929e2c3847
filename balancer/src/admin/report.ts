import type { Probe } from '../brain/health/probes.ts';
import type { Ledger } from '../brain/pool/ledger.ts';
import type { Member } from '../brain/pool/member.ts';
import type { OriginStatus, Pool } from '../brain/pool/pool.ts';
import { rounded } from '../brain/story/brief.ts';
import type { OriginReport, Status, Tick } from './api.ts';
import type { History } from './history.ts';

/** What is reported from. */
export interface ReportParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly history: History;
  /** The name of the policy in use. */
  readonly policy: () => string;
  readonly probesOf: (id: string) => readonly Probe[];
  /** What does not change while the balancer runs. */
  readonly fixed: Pick<Status, 'version' | 'policies' | 'threads'>;
  /** Where clients come in; 0 before that is known. */
  readonly port: () => number;
}

/** Reports how everything is, as of now: see Status in api.ts. */
export class Reporter {
  readonly #parts: ReportParts;
  readonly #begun: number;

  constructor(parts: ReportParts) {
    this.#parts = parts;
    this.#begun = parts.pool.now();
  }

  /** Everything, for whoever asks seldom. */
  status(): Status {
    const { pool, ledger, policy, fixed, port } = this.#parts;
    return {
      ...{ version: fixed.version, policy: policy(), policies: fixed.policies, threads: fixed.threads, port: port() },
      ...{ upMs: Math.round(pool.now() - this.#begun), clients: ledger.connect(0), running: ledger.enter(0), waiting: ledger.waiting },
      tunnels: ledger.tunnel(0),
      origins: this.#origins(),
    };
  }

  /** One origin; nothing where there is none of that id. */
  origin(id: string): OriginReport | undefined {
    return this.#origins().find((origin) => origin.id === id);
  }

  /** What changes with every request. */
  live(): Pick<Tick, 'policy' | 'live' | 'running' | 'waiting'> {
    const { pool, ledger, policy } = this.#parts;
    return {
      ...{ policy: policy(), running: ledger.enter(0), waiting: ledger.waiting },
      live: pool.roster.members.map(({ slot, figures, inFlight, latencyMs }) => [
        inFlight,
        ledger.picksIn(slot),
        rounded(latencyMs),
        figures.last,
      ]),
    };
  }

  #origins(): OriginReport[] {
    const { pool } = this.#parts;
    const statuses = pool.status();
    const takers = new Set(pool.usable().map(({ origin }) => origin.id));
    const weights = statuses.reduce((sum, { id, effectiveWeight }) => sum + (takers.has(id) ? effectiveWeight : 0), 0);
    return pool.roster.members.map((member, index) => {
      const status = statuses[index] as OriginStatus;
      const share = takers.has(status.id) ? status.effectiveWeight / weights : 0;
      return this.#report(member, status, Number.isFinite(share) ? share : 1 / takers.size);
    });
  }

  #report(member: Member, status: OriginStatus, expectedShare: number): OriginReport {
    const { ledger, history, probesOf } = this.#parts;
    const { picks, outcomes, retriesAway } = ledger.sumIn(member.slot);
    return {
      ...status,
      latencyMs: rounded(member.latencyMs),
      ...{ lastTurn: member.figures.last, credit: rounded(member.figures.credit) },
      ...{ picks: picks.reduce((sum, count) => sum + count, 0), expectedShare, outcomes, retriesAway },
      ...{ recent: history.recentOf(member), probes: probesOf(status.id) },
    };
  }
}
