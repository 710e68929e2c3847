import type { DecisionReport } from '../../api.ts';
import { copyable } from '../copyable.ts';
import { button, byId, make } from '../elements.ts';
import { ask, type Command, problemOf } from '../wire/ask.ts';
import { type StepThrough, stepThrough } from './step-through.ts';
import { candidateTable, counterfactualTable, excludedList } from './tables.ts';
import { timeline } from './timeline.ts';

/** The panel that explains one request. */
export interface WhyPanel {
  /** Explains the request of that id. */
  readonly open: (id: string) => void;
  /** Called with the id when it is being explained. */
  opened: (id: string) => void;
  /** Called when whoever reads wants to go back. */
  back: () => void;
}

/** "Why this origin?": nothing here is computed anew, all is what was known when it was decided. */
export function whyPanel(): WhyPanel {
  const root = byId('why');
  const title = make('h3', { id: 'why-title' }, 'Why this origin?');
  const body = make('div', { class: 'why-body', 'aria-live': 'off' });
  const empty = make(
    'p',
    { class: 'empty' },
    'Choose a request in the list, by click or with ↑ ↓ and Enter, and this tells its story step by step.',
  );
  const close = button('Back to the list', () => panel.back(), { class: 'small quiet', hidden: '' });
  root.append(make('div', { class: 'why-head' }, title, close), body);
  body.append(empty);
  const panel: WhyPanel = { open: (id) => void open(id), opened: () => {}, back: () => {} };
  let wanted = '';
  let steps: StepThrough | undefined;
  const open = async (id: string) => {
    wanted = id;
    panel.opened(id);
    const command: Command = { method: 'GET', path: `/api/decisions/${encodeURIComponent(id)}` };
    const answer = await ask<DecisionReport>(command).catch(problemOf);
    if (wanted !== id) return;
    close.hidden = false;
    if (typeof answer === 'string') {
      steps = undefined;
      body.replaceChildren(make('p', { class: 'note' }, answer));
    } else {
      steps = stepThrough(answer);
      body.replaceChildren(...storyOf(answer, command, steps.element));
    }
    root.focus({ preventScroll: true });
    bringIntoView(root);
  };
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') panel.back();
    const by = stepOf(event);
    if (by === 0) return;
    event.preventDefault();
    steps?.by(by);
  });
  return panel;
}

/** Scrolls only where the story's beginning can't be seen well as it is. */
function bringIntoView(root: HTMLElement): void {
  const { top } = root.getBoundingClientRect();
  if (top > 0 && top < innerHeight / 2) return;
  root.scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
}

/** The step that a key asks for: ← and → work anywhere in the panel, except where they scroll a table. */
function stepOf({ key, target, ctrlKey, altKey, metaKey }: KeyboardEvent): number {
  if (ctrlKey || altKey || metaKey || (target instanceof Element && target.matches('.wide'))) return 0;
  return { ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0;
}

function storyOf(report: DecisionReport, command: Command, steps: HTMLElement): HTMLElement[] {
  const line = copyable('this decision');
  line.show(command);
  const pool = report.pool === undefined ? '' : ` · pool ${report.pool}`;
  const facts = `${report.method} ${report.target} · from ${report.client}${pool} · key ${report.key || 'none'} · thread ${report.thread} · ${report.id}`;
  const attempts = report.attempts.flatMap((attempt, place) => {
    const name = report.attempts.length === 1 ? '' : ` of attempt ${place + 1}, ${attempt.origin}`;
    return [
      section(`Candidates${name}`, candidateTable(attempt)),
      ...excludedList(attempt.excluded).map((list) => section(`Left out${name}`, list)),
    ];
  });
  const nobody = excludedList(report.nobody).map((list) => section('Left out', list));
  return [
    make('p', { class: 'explanation' }, report.explanation),
    make('p', { class: 'sub facts' }, facts),
    steps,
    section('Where the time went', timeline(report)),
    ...attempts,
    ...nobody,
    ...(report.wouldHavePicked.length > 0
      ? [section('What the other policies would have done', counterfactualTable(report.wouldHavePicked))]
      : []),
    line.element,
  ];
}

function section(title: string, content: HTMLElement): HTMLElement {
  return make('div', { class: 'why-section' }, make('h4', {}, title), content);
}
