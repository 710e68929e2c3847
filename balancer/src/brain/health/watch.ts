import type { HealthCheck } from '../../probe/check.ts';
import type { MainRoster } from '../pool/main-roster.ts';
import { duration } from '../pool/standing.ts';
import type { Origin } from '../select/origin.ts';
import { Conduct, type Look } from './conduct.ts';
import { Ejections } from './ejections.ts';
import type { Evidence } from './evidence.ts';
import { type Probe, Probes } from './probes.ts';
import { HealthRecord, type Thresholds, type Verdict } from './record.ts';
import { Relapses } from './relapses.ts';

/** How origins are probed. Times in ms. */
export interface HealthSettings extends Thresholds {
  readonly check: HealthCheck;
  /** From the end of a probe to the next one. */
  readonly interval: number;
  /** The longest that a probe may take. */
  readonly timeout: number;
  /** The share of the pool, from 0 to 1, that may be ejected; those that probes found down are among it. */
  readonly maxEjected: number;
}

/** What a watch works with; `settings` may give others from one probe to the next. */
export interface WatchParts {
  readonly roster: MainRoster;
  readonly settings: () => HealthSettings;
  readonly now: () => number;
  readonly random: () => number;
}

/** Watches over one origin until it is stopped: probes it again and again, and takes in what requests find. */
export class Watch {
  readonly #origin: Origin;
  readonly #parts: WatchParts;
  readonly #record: HealthRecord;
  readonly #ejections = new Ejections();
  readonly #conduct: Conduct;
  readonly #relapses = new Relapses();
  readonly #probes = new Probes();
  #next: NodeJS.Timeout | undefined;
  /** When the latest probe ended, in ms. */
  #probedAt = 0;
  #readmission: NodeJS.Timeout | undefined;
  /** Ends the probe that is under way. */
  #probing: AbortController | undefined;
  #stopped = false;

  constructor(origin: Origin, health: 'up' | 'unsure', parts: WatchParts) {
    this.#origin = origin;
    this.#parts = parts;
    this.#record = new HealthRecord(health);
    this.#conduct = new Conduct(this.#look());
  }

  /** Whether this is the watch over that origin, at that address. */
  isFor({ id, url }: Origin): boolean {
    return this.#origin.id === id && this.#origin.url.href === url.href;
  }

  /** The latest probes, oldest first. */
  get probes(): readonly Probe[] {
    return this.#probes.latest;
  }

  /** Probes now, and from then on at intervals. Resolves with the first probe's end. */
  async probe(): Promise<void> {
    if (this.#probing || this.#stopped) return;
    clearTimeout(this.#next);
    this.#probing = new AbortController();
    const settings = this.#parts.settings();
    const begun = this.#parts.now();
    const problem = await problemOf(settings, this.#origin, this.#probing);
    this.#probing = undefined;
    if (this.#stopped) return;
    if (problem === undefined) this.#parts.roster.memberAt(this.#origin)?.figures.regain();
    this.#apply(problem === undefined ? this.#record.probedWell(settings, this.#mayReturn()) : this.#record.probedBadly(problem, settings));
    this.#probedAt = this.#parts.now();
    this.#probes.add(this.#probedAt, this.#probedAt - begun, problem);
    this.#probeAfter(this.#pause(settings), settings.interval / 8);
  }

  /** Takes in what an attempt that began while the origin was ready has shown. */
  observe({ connection, answer, problem }: Evidence): void {
    if (connection === 'held') this.#record.connected();
    if (connection === 'lost') this.#takeLoss(problem);
    if (answer === 'bad') this.#judge(problem);
    const member = this.#parts.roster.memberAt(this.#origin);
    if (member) member.figures.isDoubted = this.#record.isDoubted;
  }

  /** Remembers what has been counted until now, for what is judged later. */
  remember(): void {
    this.#conduct.remember(this.#look());
  }

  /** Ends an ejection before its time. */
  readmit(reason: string): void {
    clearTimeout(this.#readmission);
    this.#ejections.cutShort(this.#parts.now());
    this.#return(reason);
  }

  stop(): void {
    this.#stopped = true;
    this.#probing?.abort();
    clearTimeout(this.#next);
    clearTimeout(this.#readmission);
  }

  #takeLoss(problem: string): void {
    const verdict = this.#record.lost(problem);
    if (!verdict) return;
    const wait = this.#relapses.fell(this.#parts.now(), this.#parts.settings().interval);
    this.#apply(wait === 0 ? verdict : { ...verdict, reason: `${verdict.reason}, again so soon: out for ${duration(wait)}` });
    void this.probe();
  }

  /** Whether a good probe may bring it back now: sooner where fewer than half of the others are ready, or none is. */
  #mayReturn(): boolean {
    const others = this.#parts.roster.members.filter(({ origin }) => origin.id !== this.#origin.id);
    const ready = others.filter(({ isReady }) => isReady).length;
    return this.#relapses.mayReturn(this.#parts.now(), ready === 0 || ready * 2 < others.length);
  }

  #apply(verdict: Verdict | undefined): void {
    if (verdict) this.#parts.roster.setHealth(this.#origin, verdict.health, verdict.reason, verdict.probed);
  }

  /** Ejects the origin if its bad answers are its own fault. */
  #judge(problem: string): void {
    const { roster, now, settings } = this.#parts;
    const fault = this.#conduct.fault(this.#look());
    if (!fault || !roster.eject(this.#origin, `${fault.bad} of ${fault.total} answers failed, ${problem}`, settings().maxEjected)) return;
    const length = this.#ejections.begin(now());
    this.#readmission = setTimeout(() => this.#return(`its ejection of ${duration(length)} is over`), length);
  }

  #return(reason: string): void {
    this.#conduct.forget(this.#look());
    this.#parts.roster.readmit(this.#origin, reason);
  }

  /** What has been counted until now. */
  #look(): Look {
    const { roster, now } = this.#parts;
    const member = roster.memberAt(this.#origin);
    const none = { good: 0, bad: 0 };
    return { at: now(), ...(member ? roster.answersOf(member) : { own: none, all: none }) };
  }

  /** Probes after a pause in ms, or sooner if the origin falls silent, for which it is looked at every `step` ms. */
  #probeAfter(pause: number, step: number): void {
    const due = this.#probedAt + pause;
    const look = () => {
      const left = due - this.#parts.now();
      if (left <= 0 || this.#isSilent(step)) void this.probe();
      else this.#next = setTimeout(look, Math.min(step, left));
    };
    this.#next = setTimeout(look, Math.min(step, pause));
  }

  /** Whether requests came to it and no answer for a while: the origin may hang, or just be slow. A probe tells. */
  #isSilent(step: number): boolean {
    const figures = this.#parts.roster.memberAt(this.#origin)?.figures;
    if (!figures || figures.inFlight === 0) return false;
    const latest = Math.max(figures.heardAt, this.#probedAt);
    return figures.leasedAt > latest && this.#parts.now() - latest >= step;
  }

  /**
   * Time until the next probe, a little different each time so that probes don't fall together. While a probe may change
   * something it is an eighth of the interval; it grows towards the whole for an origin that stays down.
   */
  #pause({ interval }: HealthSettings): number {
    const pause = this.#record.isSettled ? interval : Math.min(interval, (interval / 8) * 2 ** (this.#record.badProbes / 16));
    return pause * (0.9 + 0.2 * this.#parts.random());
  }
}

/** Probes once. Nothing if the origin is well, else what is wrong in a few words. */
async function problemOf({ check, timeout }: HealthSettings, origin: Origin, controller: AbortController): Promise<string | undefined> {
  const timer = setTimeout(() => controller.abort(), timeout);
  try {
    await check.check(origin, controller.signal);
    return undefined;
  } catch (error) {
    if (controller.signal.aborted) return `no answer in ${duration(timeout)}`;
    const { code, message } = error as NodeJS.ErrnoException;
    return code ?? message;
  } finally {
    clearTimeout(timer);
  }
}
