import type { DecisionReport, LatestDecision } from '../../api.ts';
import type { Board } from '../board.ts';
import { button, byId, make, say } from '../elements.ts';
import { ask } from '../wire/ask.ts';

/** Keys that are remembered for each origin. */
const mostKeys = 4;

const beforehand = 'As soon as a request comes, this says which origin it got, and why.';

/** Looks up why the latest request went where it went, never more than once at a time. */
export class Latest {
  decision: DecisionReport | undefined;
  /** Keys that were lately seen, by the origin they went to. */
  readonly keys = new Map<string, readonly string[]>();
  readonly #board: Board;
  readonly #why = make('p', { class: 'latest-why' });
  readonly #open: HTMLButtonElement;
  #isAsking = false;

  constructor(board: Board, open: (id: string) => void) {
    this.#board = board;
    this.#open = button('Step through it', () => this.decision && open(this.decision.id), { class: 'small' });
    this.#open.hidden = true;
    byId('latest').append(make('h3', {}, 'The latest decision'), this.#why, this.#open);
    say(this.#why, beforehand);
  }

  /** Forgets what it knows: it is another pool's. */
  clear(): void {
    this.decision = undefined;
    this.keys.clear();
    this.#open.hidden = true;
    say(this.#why, beforehand);
  }

  /** Looks the latest up, if it is another. */
  async look(): Promise<void> {
    const known = this.#board.latest()?.id;
    if (this.#isAsking || known === undefined || known === this.decision?.id) return;
    this.#isAsking = true;
    try {
      // What the page knows may be forgotten already where there are thousands a second, so the very latest is asked for.
      const decision = await ask<LatestDecision>({ method: 'GET', path: this.#path });
      // Somebody may have chosen another pool meanwhile.
      if (decision && this.#board.isHere(decision)) this.#take(decision);
    } catch {
      // The connection may be lost; that is said elsewhere, and the next one is looked up soon.
    } finally {
      this.#isAsking = false;
    }
  }

  get #path(): string {
    const { pool, isOneOfSeveral } = this.#board;
    return `/api/latest-decision${pool && isOneOfSeveral ? `?pool=${pool.name}` : ''}`;
  }

  #take(decision: DecisionReport): void {
    this.decision = decision;
    const attempt = decision.attempts[0];
    if (!attempt) return;
    say(this.#why, `${decision.method} ${shortened(decision.target)} → ${attempt.origin}. ${capital(attempt.why)}.`);
    this.#open.hidden = false;
    this.#remember(decision.key, attempt.origin);
  }

  #remember(key: string, origin: string): void {
    if (key === '') return;
    for (const [id, keys] of this.keys) if (id !== origin) this.keys.set(id, without(keys, key));
    this.keys.set(origin, [key, ...without(this.keys.get(origin) ?? [], key)].slice(0, mostKeys));
  }
}

function without(keys: readonly string[], key: string): readonly string[] {
  return keys.filter((other) => other !== key);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function shortened(target: string): string {
  return target.length > 60 ? `${target.slice(0, 59)}…` : target;
}
