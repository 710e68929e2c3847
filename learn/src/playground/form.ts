import { make } from '../../../balancer/src/admin/dashboard/elements.ts';
import { type Change, checkField, choiceField, type Field, numberField, policyOptions } from './fields.ts';
import { serverTable } from './servers.ts';
import type { Setup } from './setup.ts';
import { faultTimeline } from './timeline.ts';

/** All that can be set, in groups; `change` is told of what is set anew. */
export function setupForm(change: Change): { readonly element: HTMLElement; readonly show: (setup: Setup) => void } {
  const mixes = { even: 'all alike', random: 'at random (exponential)', heavy: '2 of 100 are 20 times as much' };
  const groups: Readonly<Record<string, readonly Field[]>> = {
    'Who asks': [
      numberField('rate', 'requests a second', change),
      numberField('burst', 'at once, every 10 s', change),
      numberField('clients', 'different clients (keys)', change),
      numberField('hot', 'part that one client sends', change, ' of 1'),
      choiceField('mix', 'work of a request', mixes, change),
      numberField('posts', 'part that may not be sent twice', change, ' of 1'),
      numberField('clientRetries', 'clients ask again, times', change),
      numberField('patience', 'clients leave after (0: never)', change, ' s'),
      checkField('sticky', 'clients keep a cookie', change),
    ],
    'Who decides': [
      choiceField('policy', 'policy', policyOptions(), change),
      choiceField('other', 'beside it', { '': 'nothing', ...policyOptions() }, change),
      numberField('balancers', 'balancers', change),
      numberField('retries', 'retries', change),
      checkField('retryBudget', 'retry budget', change),
      checkField('ejection', 'eject who answers badly', change),
      numberField('maxConnections', 'at an origin at a time', change),
      numberField('maxWaiting', 'may wait in the balancer', change),
      numberField('maxWait', 'for so long', change, ' s'),
      numberField('slowStart', 'slow start', change, ' s'),
    ],
    'How long': [numberField('seconds', 'seconds', change), numberField('seed', 'seed of all chance', change)],
  };
  const parts: readonly Field[] = [serverTable(change), faultTimeline(change)];
  const sets = Object.entries(groups).map(([title, fields]) => {
    return make('fieldset', { class: 'group' }, make('legend', {}, title), ...fields.map(({ element }) => element));
  });
  const all = [...parts, ...Object.values(groups).flat()];
  return {
    element: make('div', { class: 'setup' }, ...parts.map(({ element }) => element), ...sets),
    show: (setup) => {
      for (const field of all) field.show(setup);
    },
  };
}
