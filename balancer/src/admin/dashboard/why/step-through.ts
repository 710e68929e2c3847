import type { DecisionReport } from '../../api.ts';
import { button, make, mark, say } from '../elements.ts';
import { duration } from '../figures.ts';
import { stepPicture } from './step-picture.ts';
import { stepsOf } from './steps.ts';

/** Goes through a request step by step, with the buttons or with ← and →. */
export function stepThrough(report: DecisionReport): HTMLElement {
  const steps = stepsOf(report);
  const picture = stepPicture(report);
  const title = make('strong');
  const when = make('span', { class: 'sub' });
  const sentence = make('p', { class: 'step-sentence' });
  const crumbs = steps.map(({ title: name }, place) => button(name, () => go(place), { class: 'crumb' }));
  const back = button('←', () => go(now - 1), { 'aria-label': 'The step before', 'aria-keyshortcuts': 'ArrowLeft' });
  const forth = button('→', () => go(now + 1), { 'aria-label': 'The next step', 'aria-keyshortcuts': 'ArrowRight', class: 'primary' });
  let now = 0;
  const go = (place: number) => {
    now = Math.max(0, Math.min(steps.length - 1, place));
    const step = steps[now];
    if (!step) return;
    say(title, `${now + 1} of ${steps.length} · ${step.title}`);
    say(when, step.atMs === null ? '' : `after ${duration(step.atMs)}`);
    say(sentence, step.sentence);
    for (const [n, crumb] of crumbs.entries()) mark(crumb, 'aria-current', n === now ? 'step' : undefined);
    back.disabled = now === 0;
    forth.disabled = now === steps.length - 1;
    picture.show(step);
  };
  const told = make('div', { class: 'step-told', 'aria-live': 'polite' }, make('p', { class: 'step-title' }, title, when), sentence);
  const bar = make('div', { class: 'step-bar' }, back, forth, told);
  const element = make('div', { class: 'steps', role: 'group', 'aria-label': 'Step through the request', tabindex: 0 });
  element.append(make('div', { class: 'crumbs' }, ...crumbs), bar, picture.element);
  stepByKey(element, (by) => go(now + by));
  go(0);
  return element;
}

/** ← and → work wherever the focus is in the panel, except where text can be scrolled or typed. */
function stepByKey(element: HTMLElement, by: (step: number) => void): void {
  const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
  const onKey = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    by(step);
  };
  element.addEventListener('keydown', onKey);
}
