import type { AttemptReport, DecisionReport } from '../api.ts';
import { curlFor } from './curl.ts';
import { byId, html, say } from './elements.ts';
import { order } from './orders.ts';
import { type Step, stepsOf } from './steps.ts';
import { hasToken } from './token.ts';
import { ms } from './words.ts';

/** "Why this origin?": one request, step by step, with all that was known when it was decided. */
export class DecisionView {
  readonly #panel = byId('why');
  readonly #body = byId('why-body');
  #steps: readonly Step[] = [];
  #decision: DecisionReport | undefined;
  #step = 0;
  #opener: Element | null = null;

  constructor() {
    byId('why-close').addEventListener('click', () => this.close());
    byId('why-back').addEventListener('click', () => this.#go(-1));
    byId('why-on').addEventListener('click', () => this.#go(1));
    addEventListener('keydown', (event) => this.#key(event));
  }

  get isOpen(): boolean {
    return !this.#panel.hidden;
  }

  async open(id: string): Promise<void> {
    if (!this.isOpen) this.#opener = document.activeElement;
    this.#panel.hidden = false;
    say(byId('why-story'), 'Looking …');
    this.#body.replaceChildren();
    this.#steps = [];
    this.#show();
    byId('why-title').focus();
    try {
      this.#decision = (await order({ method: 'GET', path: pathOf(id) })) as DecisionReport;
      this.#fill(this.#decision);
    } catch (error) {
      say(byId('why-story'), `${(error as Error).message}.`);
    }
  }

  close(): void {
    this.#panel.hidden = true;
    if (this.#opener instanceof HTMLElement) this.#opener.focus();
  }

  #fill(decision: DecisionReport): void {
    say(byId('why-story'), decision.explanation);
    this.#steps = stepsOf(decision);
    this.#step = 0;
    this.#body.replaceChildren(
      ...section('At that moment', ...decision.attempts.map((attempt, index) => candidateTable(attempt, index, decision.attempts.length))),
      ...section('What other policies would have done', counterfactuals(decision)),
      ...section('When', timeline(decision)),
      ...section(
        'The same in a shell',
        html('code', { class: 'block' }, curlFor({ method: 'GET', path: pathOf(decision.id) }, location.host, hasToken())),
      ),
    );
    this.#show();
  }

  #go(by: number): void {
    this.#step = Math.min(Math.max(0, this.#step + by), this.#steps.length - 1);
    this.#show();
  }

  #show(): void {
    const step = this.#steps[this.#step];
    const marks = this.#steps.map(({ name }, index) => {
      const mark = html('button', { type: 'button', class: 'step', 'aria-current': index === this.#step ? 'step' : undefined }, name);
      mark.addEventListener('click', () => {
        this.#step = index;
        this.#show();
        byId('why-steps').querySelector<HTMLElement>('[aria-current]')?.focus();
      });
      return html('li', {}, mark);
    });
    byId('why-steps').replaceChildren(...marks);
    say(byId('why-sentence'), step?.sentence ?? '');
    byId<HTMLButtonElement>('why-back').disabled = this.#step === 0;
    byId<HTMLButtonElement>('why-on').disabled = this.#step >= this.#steps.length - 1;
    for (const table of this.#body.querySelectorAll<HTMLElement>('[data-attempt]')) {
      const isAt = table.dataset['attempt'] === String(step?.attempt);
      table.dataset['step'] = isAt && step ? step.name : '';
    }
  }

  #key(event: KeyboardEvent): void {
    if (!this.isOpen || (event.target as Element).matches('input, select, textarea')) return;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#go(-1),
      ArrowRight: () => this.#go(1),
      Escape: () => this.close(),
    };
    keys[event.key]?.();
  }
}

function pathOf(id: string): string {
  return `/api/decisions/${encodeURIComponent(id)}`;
}

function section(title: string, ...content: (HTMLElement | undefined)[]): HTMLElement[] {
  const filled = content.filter((each) => each !== undefined);
  return filled.length > 0 ? [html('h3', {}, title), ...filled] : [];
}

function candidateTable({ candidates, candidatesInAll, excluded, origin, result }: AttemptReport, index: number, all: number): HTMLElement {
  const rows = candidates.map(({ id, weight, inFlight, latencyMs, lastTurn, credit }) =>
    html(
      'tr',
      { class: id === origin ? 'is-picked' : undefined },
      html('th', { scope: 'row' }, `${id === origin ? '◉ ' : ''}${id}`),
      ...[weight, inFlight, latencyMs > 0 ? ms(latencyMs) : '–', lastTurn || '–', credit].map((figure) => html('td', {}, String(figure))),
    ),
  );
  const out = excluded.map(({ id, reason }) =>
    html('tr', { class: 'is-out' }, html('th', { scope: 'row' }, `✕ ${id}`), html('td', { colspan: 5 }, reason)),
  );
  const more =
    candidatesInAll > candidates.length
      ? [html('tr', {}, html('td', { colspan: 6 }, `and ${candidatesInAll - candidates.length} more`))]
      : [];
  const caption = all > 1 ? `Attempt ${index + 1} of ${all}: ${origin}, ${result ?? 'under way'}` : `${origin}, ${result ?? 'under way'}`;
  return html(
    'table',
    { class: 'candidates', 'data-attempt': index },
    html('caption', {}, caption),
    headOf('origin', 'weight', 'in flight', 'latency', 'last turn', 'credit'),
    html('tbody', {}, ...rows, ...more, ...out),
  );
}

function counterfactuals({ wouldHavePicked }: DecisionReport): HTMLElement | undefined {
  if (wouldHavePicked.length === 0) return undefined;
  const rows = wouldHavePicked.map(({ policy, origin, why, isSame }) =>
    html(
      'tr',
      { class: isSame ? 'is-same' : undefined },
      html('th', { scope: 'row' }, policy),
      html('td', {}, `${isSame ? '= ' : '≠ '}${origin}`),
      html('td', { class: 'why' }, why),
    ),
  );
  return html('table', { class: 'counterfactuals' }, headOf('policy', 'origin', 'why'), html('tbody', {}, ...rows));
}

function timeline({ attempts, ms: took }: DecisionReport): HTMLElement {
  const rows = attempts.map(({ origin, pickedMs, connectedMs, firstByteMs, endedMs }) =>
    html(
      'tr',
      {},
      html('th', { scope: 'row' }, origin),
      ...[pickedMs, connectedMs, firstByteMs, endedMs].map((at) => html('td', {}, ms(at))),
    ),
  );
  const end = html('tr', {}, html('th', { scope: 'row' }, 'the client'), html('td', { colspan: 3 }), html('td', {}, ms(took)));
  return html('table', {}, headOf('since it came', 'picked', 'connected', 'first byte', 'ended'), html('tbody', {}, ...rows, end));
}

function headOf(...titles: string[]): HTMLElement {
  return html('thead', {}, html('tr', {}, ...titles.map((title) => html('th', { scope: 'col' }, title))));
}
