import { make, say } from '../../../balancer/src/admin/dashboard/elements.ts';
import { policies } from '../../../balancer/src/brain/select/policies.ts';
import { limits } from './limits.ts';
import type { Setup } from './setup.ts';

type NumberName = keyof typeof limits;

/** A control of the form: it shows what is set, and tells what is set anew. */
export interface Field {
  readonly element: HTMLElement;
  readonly show: (setup: Setup) => void;
}

export type Change = (changes: Partial<Setup>) => void;

/** A number, by a slider and by keys. */
export function numberField(name: NumberName, label: string, change: Change, unit = ''): Field {
  const { least, most, step } = limits[name];
  const input = make('input', { type: 'number', min: least, max: most, step, inputmode: 'decimal' });
  const wrong = make('span', { class: 'wrong', role: 'alert' });
  input.addEventListener('change', () => {
    const value = input.valueAsNumber;
    const isFine = value >= least && value <= most;
    say(wrong, isFine ? '' : `from ${least} to ${most}`);
    if (isFine) change({ [name]: value });
  });
  const element = make('label', { class: 'field' }, make('span', {}, label), make('span', { class: 'with-unit' }, input, unit), wrong);
  const show = (setup: Setup) => {
    input.value = String(setup[name]);
    say(wrong, '');
  };
  return { element, show };
}

/** One of some words. */
export function choiceField<Name extends 'policy' | 'other' | 'mix'>(
  name: Name,
  label: string,
  options: Readonly<Record<string, string>>,
  change: Change,
): Field {
  const select = make('select', {}, ...Object.entries(options).map(([value, text]) => make('option', { value }, text)));
  select.addEventListener('change', () => change({ [name]: select.value }));
  return {
    element: make('label', { class: 'field' }, make('span', {}, label), select),
    show: (setup) => {
      select.value = setup[name];
    },
  };
}

/** Yes or no. */
export function checkField(name: 'sticky' | 'retryBudget' | 'ejection', label: string, change: Change): Field {
  const input = make('input', { type: 'checkbox' });
  input.addEventListener('change', () => change({ [name]: input.checked }));
  return {
    element: make('label', { class: 'field check' }, input, make('span', {}, label)),
    show: (setup) => {
      input.checked = setup[name];
    },
  };
}

/** All policies, by their names. */
export function policyOptions(): Record<string, string> {
  return Object.fromEntries(Object.keys(policies).map((name) => [name, name]));
}
