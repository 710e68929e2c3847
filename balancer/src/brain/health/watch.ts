import type { MainRoster } from '../pool/main-roster.ts';
import { duration } from '../pool/standing.ts';
import type { Origin } from '../select/origin.ts';
import type { World } from '../world.ts';
import { Conduct, type Look } from './conduct.ts';
import { Ejections } from './ejections.ts';
import type { Evidence } from './evidence.ts';
import { type Probe, Probes } from './probes.ts';
import { HealthRecord, type Thresholds, type Verdict } from './record.ts';
import { Relapses } from './relapses.ts';

/**
 * Asks an origin whether it is well. `told` is called at most once, and not before this has returned: with nothing if it is, else with
 * what is wrong in a few words. The returned function gives that up; `told` is then never called.
 */
export type Check = (origin: Origin, told: (problem: string | undefined) => void) => () => void;

/** How origins are probed. Times in ms. */
export interface HealthSettings extends Thresholds {
  readonly check: Check;
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
  readonly world: World;
}

const nothing = () => {};

/** Watches over one origin until it is stopped: probes it again and again, and takes in what requests find. */
export class Watch {
  readonly #origin: Origin;
  readonly #parts: WatchParts;
  readonly #record: HealthRecord;
  readonly #ejections = new Ejections();
  readonly #conduct: Conduct;
  readonly #relapses = new Relapses();
  readonly #probes = new Probes();
  /** Gives the next probe up. */
  #noNext = nothing;
  /** When the latest probe ended, in ms. */
  #probedAt = 0;
  /** Gives up that its ejection ends by itself. */
  #noReadmission = nothing;
  /** Ends the probe that is under way. */
  #endProbe: (() => void) | undefined;
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

  /** Probes now, and from then on at intervals. `done` is told when the first of these probes is over. */
  probe(done: () => void = nothing): void {
    if (this.#endProbe || this.#stopped) return;
    this.#noNext();
    const { roster, settings, world } = this.#parts;
    const { check, timeout } = settings();
    const begun = world.now();
    const end = (problem: string | undefined) => {
      stopClock();
      this.#endProbe = undefined;
      this.#learn(begun, problem);
      done();
    };
    // It is asked as it is listed now.
    const giveUp = check(roster.memberAt(this.#origin)?.origin ?? this.#origin, end);
    const stopClock = world.after(timeout, () => {
      giveUp();
      end(`no answer in ${duration(timeout)}`);
    });
    this.#endProbe = () => {
      giveUp();
      stopClock();
      done();
    };
  }

  /** Takes in what an attempt that began while the origin was ready has shown. */
  observe({ connection, answer, problem }: Evidence): void {
    if (connection === 'held') this.#record.connected();
    if (connection === 'lost') this.#takeLoss(problem);
    if (answer === 'bad') this.#judge(problem);
    const member = this.#parts.roster.memberAt(this.#origin);
    if (member) member.figures.isDoubted = this.#record.isDoubted;
  }

  /** Takes in how a probe that began then has ended, and sees to the next one. */
  #learn(begun: number, problem: string | undefined): void {
    const settings = this.#parts.settings();
    if (problem === undefined) this.#parts.roster.memberAt(this.#origin)?.figures.regain();
    this.#apply(problem === undefined ? this.#record.probedWell(settings, this.#mayReturn) : this.#record.probedBadly(problem, settings));
    this.#probedAt = this.#now();
    this.#probes.add(this.#probedAt, this.#probedAt - begun, problem);
    this.#probeAfter(this.#pause(settings), settings.interval / 8);
  }

  #now(): number {
    return this.#parts.world.now();
  }

  /** Remembers what has been counted until now, for what is judged later. */
  remember(): void {
    this.#conduct.remember(this.#look());
  }

  /** Ends an ejection before its time. */
  readmit(reason: string): void {
    this.#noReadmission();
    this.#ejections.cutShort(this.#now());
    this.#return(reason);
  }

  stop(): void {
    this.#stopped = true;
    this.#endProbe?.();
    this.#noNext();
    this.#noReadmission();
  }

  #takeLoss(problem: string): void {
    const verdict = this.#record.lost(problem);
    if (!verdict) return;
    const wait = this.#relapses.fell(this.#now(), this.#parts.settings().interval);
    this.#apply(wait === 0 ? verdict : { ...verdict, reason: `${verdict.reason}, again so soon: out for ${duration(wait)}` });
    this.probe();
  }

  /** Whether a good probe may bring it back now: sooner where fewer than half of the others are ready, or none is. */
  readonly #mayReturn = (): boolean => {
    const others = this.#parts.roster.members.filter(({ origin }) => origin.id !== this.#origin.id);
    const ready = others.filter(({ isReady }) => isReady).length;
    return this.#relapses.mayReturn(this.#now(), ready === 0 || ready * 2 < others.length);
  };

  #apply(verdict: Verdict | undefined): void {
    if (verdict) this.#parts.roster.setHealth(this.#origin, verdict.health, verdict.reason, verdict.probed);
  }

  /** Ejects the origin if its bad answers are its own fault. */
  #judge(problem: string): void {
    const { roster, world, settings } = this.#parts;
    const fault = this.#conduct.fault(this.#look());
    if (!fault || !roster.eject(this.#origin, `${fault.bad} of ${fault.total} answers failed, ${problem}`, settings().maxEjected)) return;
    const length = this.#ejections.begin(world.now());
    this.#noReadmission = world.after(length, () => this.#return(`its ejection of ${duration(length)} is over`));
  }

  #return(reason: string): void {
    this.#conduct.forget(this.#look());
    this.#parts.roster.readmit(this.#origin, reason);
  }

  /** What has been counted until now. */
  #look(): Look {
    const { roster, world } = this.#parts;
    const member = roster.memberAt(this.#origin);
    const none = { good: 0, bad: 0 };
    return { at: world.now(), ...(member ? roster.answersOf(member) : { own: none, all: none }) };
  }

  /** Probes after a pause in ms, or sooner if the origin falls silent, for which it is looked at every `step` ms. */
  #probeAfter(pause: number, step: number): void {
    const due = this.#probedAt + pause;
    const look = () => {
      const left = due - this.#now();
      if (left <= 0 || this.#isSilent(step)) this.probe();
      else this.#noNext = this.#parts.world.after(Math.min(step, left), look);
    };
    this.#noNext = this.#parts.world.after(Math.min(step, pause), look);
  }

  /** Whether requests came to it and no answer for a while: the origin may hang, or just be slow. A probe tells. */
  #isSilent(step: number): boolean {
    const figures = this.#parts.roster.memberAt(this.#origin)?.figures;
    if (!figures || figures.inFlight === 0) return false;
    const latest = Math.max(figures.heardAt, this.#probedAt);
    return figures.leasedAt > latest && this.#now() - latest >= step;
  }

  /**
   * Time until the next probe, a little different each time so that probes don't fall together. While a probe may change
   * something it is an eighth of the interval; it grows towards the whole for an origin that stays down.
   */
  #pause({ interval }: HealthSettings): number {
    const pause = this.#record.isSettled ? interval : Math.min(interval, (interval / 8) * 2 ** (this.#record.badProbes / 16));
    return pause * (0.9 + 0.2 * this.#parts.world.random());
  }
}
