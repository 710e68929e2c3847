import { lostConnections } from '../pool/figures.ts';

/** How many probes in a row change what is thought of an origin. */
export interface Thresholds {
  /** Good ones until an origin that was down is up. */
  readonly rise: number;
  /** Bad ones until an origin that was up is down. */
  readonly fall: number;
}

/** A change of mind about an origin, with its reason in words. */
export interface Verdict {
  readonly health: 'up' | 'down';
  readonly reason: string;
  /** Whether a probe found it, and not only failed connections. */
  readonly probed: boolean;
}

/**
 * What probes and connections have shown of one origin, and what follows from it. It takes several in a row to change a mind;
 * but the first probe of all decides alone, in either direction, and one that has never been well needs a single good one.
 * Failed connections put an origin down, and only probes put it up again.
 */
export class HealthRecord {
  #health: 'up' | 'down' | 'unsure';
  #wasWell = false;
  #goodProbes = 0;
  #badProbes = 0;
  #lost = 0;

  /** An origin starts as `up` where nothing is known against it, and as `unsure` where it must show itself first. */
  constructor(health: 'up' | 'unsure') {
    this.#health = health;
  }

  /** Whether the next probe will likely change nothing. */
  get isSettled(): boolean {
    return this.#health === 'up' && this.#wasWell && this.#badProbes === 0;
  }

  /** Whether connections failed that a success would make up for. */
  get isDoubted(): boolean {
    return this.#lost > 0;
  }

  /** Bad probes in a row. */
  get badProbes(): number {
    return this.#badProbes;
  }

  /** Takes in a good probe; one that requests put down stays so until it may return, which is asked only then. */
  probedWell({ rise }: Thresholds, mayReturn: () => boolean = () => true): Verdict | undefined {
    this.#badProbes = 0;
    this.#lost = 0;
    this.#goodProbes += 1;
    const needed = this.#wasWell ? rise : 1;
    const changesNothing = this.#health === 'up' && this.#wasWell;
    if (changesNothing || this.#goodProbes < needed || (this.#health === 'down' && !mayReturn())) return undefined;
    this.#wasWell = true;
    return this.#turn('up', `${needed} of ${needed} probes passed`, true);
  }

  /** Takes in a bad probe; `problem` says what was wrong in a few words. */
  probedBadly(problem: string, { fall }: Thresholds): Verdict | undefined {
    this.#goodProbes = 0;
    this.#badProbes += 1;
    const needed = this.#wasWell ? fall : 1;
    if (this.#badProbes < needed) return undefined;
    return this.#turn('down', `${needed} of ${needed} probes failed, ${problem}`, true);
  }

  /** Takes in that a request found a connection and an answer. */
  connected(): void {
    this.#lost = 0;
  }

  /** Takes in that a connection for a request failed. */
  lost(problem: string): Verdict | undefined {
    this.#lost += 1;
    if (this.#health === 'down' || this.#lost < lostConnections) return undefined;
    return this.#turn('down', `${lostConnections} of ${lostConnections} connections failed, ${problem}`, false);
  }

  #turn(health: 'up' | 'down', reason: string, probed: boolean): Verdict {
    this.#health = health;
    this.#goodProbes = 0;
    return { health, reason, probed };
  }
}
