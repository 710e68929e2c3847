import type { DecisionReport } from '../../api.ts';
import { button, make, mark, say } from '../elements.ts';
import { duration } from '../figures.ts';
import { stepPicture } from './step-picture.ts';
import { stepsOf } from './steps.ts';

/** The steps of a request, for whoever listens to keys. */
export interface StepThrough {
  readonly element: HTMLElement;
  /** Goes so many steps on, or back. */
  readonly by: (steps: number) => void;
}

/** Goes through a request step by step. */
export function stepThrough(report: DecisionReport): StepThrough {
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
  const element = make('div', { class: 'steps', role: 'group', 'aria-label': 'Step through the request' });
  element.append(make('div', { class: 'crumbs' }, ...crumbs), bar, picture.element);
  go(0);
  return { element, by: (many) => go(now + many) };
}
