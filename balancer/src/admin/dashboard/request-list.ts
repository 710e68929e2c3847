import type { ExchangeBrief } from '../api.ts';
import { byId, html, say, set } from './elements.ts';
import type { Model } from './model.ts';
import { clock, count, ms } from './words.ts';

/** Time between two drawings, in ms: faster than that nobody reads. */
const pause = 250;

/** What a person wants to see of the requests. */
export interface Filter {
  readonly text: string;
  readonly origin: string;
  readonly outcome: '' | 'ok' | 'failed' | 'retried' | 'running';
}

/** Whether an exchange fits a filter. */
export function fits(
  { method, target, client, id, attempts, status, ms: took }: ExchangeBrief,
  { text, origin, outcome }: Filter,
): boolean {
  const isFailed = took !== null && (status === null || status >= 500);
  const outcomes = { '': true, ok: took !== null && !isFailed, failed: isFailed, retried: attempts.length > 1, running: took === null };
  if (!outcomes[outcome]) return false;
  if (origin !== '' && !attempts.some((attempt) => attempt.origin === origin)) return false;
  return `${method} ${target} ${client} ${id} ${status}`.toLowerCase().includes(text.toLowerCase());
}

/** The latest requests; one can be opened. It stands still while somebody points at it or walks through it. */
export class RequestList {
  readonly #model: Model;
  readonly #list = byId('requests');
  readonly #filter: Record<keyof Filter, HTMLInputElement | HTMLSelectElement>;
  readonly #rows = new Map<string, HTMLElement>();
  #drawnAt = 0;
  #isHeld = false;

  constructor(model: Model, open: (id: string) => void) {
    this.#model = model;
    this.#filter = {
      text: byId<HTMLInputElement>('filter-text'),
      origin: byId<HTMLSelectElement>('filter-origin'),
      outcome: byId<HTMLSelectElement>('filter-outcome'),
    };
    for (const field of Object.values(this.#filter)) field.addEventListener('input', () => this.draw(true));
    const hold = (isHeld: boolean) => () => {
      this.#isHeld = isHeld || this.#list.contains(document.activeElement);
      this.draw(true);
    };
    this.#list.addEventListener('pointerenter', hold(true));
    this.#list.addEventListener('pointerleave', hold(false));
    this.#list.addEventListener('focusin', hold(true));
    this.#list.addEventListener('focusout', () => setTimeout(hold(this.#list.matches(':hover')), 0));
    this.#list.addEventListener('click', ({ target }) => {
      const id = (target as Element).closest<HTMLElement>('[data-id]')?.dataset['id'];
      if (id !== undefined) open(id);
    });
    this.#list.addEventListener('keydown', walk);
  }

  /** Draws the list anew, if it isn't too soon; `isWanted` is for what somebody has just asked for. */
  draw(isWanted = false): void {
    const now = performance.now();
    say(byId('requests-held'), this.#isHeld ? 'stands still while you are in it' : '');
    if (!isWanted && (this.#isHeld || now - this.#drawnAt < pause)) return;
    if (this.#isHeld && this.#rows.size > 0 && !this.#isFilterActive) return;
    this.#drawnAt = now;
    const { text, origin, outcome } = this.#filter;
    const filter = { text: text.value, origin: origin.value, outcome: outcome.value } as Filter;
    this.#offerOrigins(origin as HTMLSelectElement);
    const fitting = this.#model.exchanges.filter((exchange) => fits(exchange, filter));
    say(byId('requests-count'), `${count(fitting.length)} of the latest ${count(this.#model.exchanges.length)}`);
    this.#show(fitting);
    byId('requests-empty').hidden = fitting.length > 0;
  }

  get #isFilterActive(): boolean {
    return Object.values(this.#filter).includes(document.activeElement as HTMLInputElement);
  }

  #show(exchanges: readonly ExchangeBrief[]): void {
    const rows = exchanges.map((exchange) => this.#rowOf(exchange));
    const kept = new Set(exchanges.map(({ id }) => id));
    for (const id of this.#rows.keys()) if (!kept.has(id)) this.#rows.delete(id);
    this.#list.replaceChildren(...rows);
  }

  #rowOf(exchange: ExchangeBrief): HTMLElement {
    const row = this.#rows.get(exchange.id) ?? html('li');
    this.#rows.set(exchange.id, row);
    const version = `${exchange.attempts.length} ${exchange.ms}`;
    if (row.dataset['version'] === version) return row;
    row.dataset['version'] = version;
    row.replaceChildren(button(exchange));
    return row;
  }

  #offerOrigins(select: HTMLSelectElement): void {
    const ids = this.#model.status?.origins.map(({ id }) => id) ?? [];
    if (select.options.length === ids.length + 1) return;
    const { value } = select;
    select.replaceChildren(html('option', { value: '' }, 'every origin'), ...ids.map((id) => html('option', { value: id }, id)));
    select.value = value;
  }
}

function button({ id, at, method, target, attempts, status, ms: took }: ExchangeBrief): HTMLElement {
  const isBad = took !== null && (status === null || status >= 500);
  const road = attempts.map(({ origin, isFailure }) => `${isFailure ? '◆' : '→'} ${origin}`).join(' ');
  const element = html(
    'button',
    { type: 'button', 'data-id': id },
    html('span', { class: 'time' }, clock(at)),
    html('span', { class: 'what' }, `${method} ${target}`),
    html('span', { class: 'road' }, road || 'no origin'),
    html('span', { class: 'end' }, took === null ? '… running' : `${isBad ? '◆ ' : ''}${status ?? 'broken off'} · ${ms(took)}`),
  );
  set(element, { class: `request ${isBad ? 'is-bad' : ''} ${attempts.length > 1 ? 'is-retry' : ''}` });
  return element;
}

/** The arrows lead from one request to the next. */
function walk(event: KeyboardEvent): void {
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' } as const;
  const direction = step[event.key as keyof typeof step];
  const next = direction && (event.target as Element).closest('li')?.[direction];
  if (!next) return;
  event.preventDefault();
  next.querySelector('button')?.focus();
}
