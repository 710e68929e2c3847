import type { DecisionReport } from '../../../balancer/src/brain/story/report.ts';
import type { Happening, Scenario } from '../../../balancer/src/simulate/scenario.ts';
import type { Outcomes, RequestToExplain, Runs } from '../chapter.ts';
import type { Frame, LabAnswer, LabRequest } from './frame.ts';

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** A page's side of the worker that plays worlds. Whatever fails there is an Error here. */
export class Lab {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  readonly #pending = new Map<number, Pending>();
  #count = 0;

  constructor() {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<LabAnswer>) => this.#hear(data));
    this.#worker.addEventListener('error', () => this.#break());
  }

  /** Puts a world up, to be played step by step. */
  put(world: string, scenario: Scenario, seed: number): Promise<void> {
    return this.#ask({ kind: 'put', world, scenario, seed });
  }

  /** Plays it until so many ms of the world. */
  advance(world: string, to: number): Promise<Frame> {
    return this.#ask({ kind: 'advance', world, to });
  }

  /** Has something happen in it, as far as it was played. */
  happen(world: string, happening: Happening): Promise<void> {
    return this.#ask({ kind: 'happen', world, happening });
  }

  /** Plays worlds to their end. */
  play(runs: Runs): Promise<Outcomes> {
    return this.#ask({ kind: 'play', runs });
  }

  /** Tells the story of the first request that is as it is wanted. */
  explain(request: RequestToExplain): Promise<DecisionReport | undefined> {
    return this.#ask({ kind: 'explain', request });
  }

  #ask<Value>(request: LabRequest): Promise<Value> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, request });
    });
  }

  #hear(answer: LabAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('error' in answer) pending?.reject(new Error(answer.error));
    else pending?.resolve(answer.value as never);
  }

  #break(): void {
    for (const { reject } of this.#pending.values()) reject(new Error('the worlds can’t be played: their worker has failed'));
    this.#pending.clear();
  }
}
