import type { DecisionReport } from '../../api.ts';
import { draw, make } from '../elements.ts';
import { duration } from '../figures.ts';
import { type Bar, barNames, barsOf } from './bars.ts';

const barHeight = 12;

/** Where the time went, as bars on one scale, each with its words. */
export function timeline(report: DecisionReport): HTMLElement {
  const bars = barsOf(report);
  if (bars.length === 0) return make('p', { class: 'sub' }, 'No time is known yet.');
  return make('ol', { class: 'timeline' }, ...bars.map((bar) => line(bar, report)));
}

function line({ what, attempt, ms, from, to }: Bar, { attempts }: DecisionReport): HTMLElement {
  const bar = draw('rect', {
    x: `${from * 100}%`,
    width: `${Math.max(0.5, (to - from) * 100)}%`,
    height: barHeight,
    rx: 3,
    class: `bar-${what}`,
  });
  const strip = draw('svg', { width: '100%', height: barHeight, 'aria-hidden': 'true' }, bar);
  const who = attempts.length > 1 ? `${attempts[attempt]?.origin}: ` : '';
  return make('li', {}, make('span', {}, `${who}${barNames[what]}`), strip, make('span', { class: 'r-took' }, duration(ms)));
}
