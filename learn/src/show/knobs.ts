import { make, say } from '../../../balancer/src/admin/dashboard/elements.ts';
import type { Scenario } from '../../../balancer/src/simulate/scenario.ts';
import type { Knob } from '../chapter.ts';
import { withUnit } from './prediction/answer-scale.ts';

/** How long a knob must have been left alone before the world changes, in ms. */
const restMs = 150;

/** Some knobs; `turned` gets what all of them together make of a scenario. */
export function knobsOf(knobs: readonly Knob[], turned: (change: (scenario: Scenario) => Scenario) => void): HTMLElement {
  const changes: ((scenario: Scenario) => Scenario)[] = knobs.map(() => (scenario) => scenario);
  let resting: ReturnType<typeof setTimeout> | undefined;
  const turn = (place: number, change: (scenario: Scenario) => Scenario) => {
    changes[place] = change;
    clearTimeout(resting);
    resting = setTimeout(() => turned((scenario) => changes.reduce((changed, one) => one(changed), scenario)), restMs);
  };
  const elements = knobs.map((knob, place) =>
    knob.kind === 'range' ? rangeOf(knob, (change) => turn(place, change)) : choiceOf(knob, (change) => turn(place, change)),
  );
  return make('div', { class: 'knobs' }, ...elements);
}

type Turn = (change: (scenario: Scenario) => Scenario) => void;

function rangeOf({ label, unit, from, to, step, initial, apply }: Extract<Knob, { kind: 'range' }>, turn: Turn): HTMLElement {
  const input = make('input', { type: 'range', min: from, max: to, step, value: initial });
  const shown = make('output', {}, withUnit(initial, unit));
  input.addEventListener('input', () => {
    const value = input.valueAsNumber;
    say(shown, withUnit(value, unit));
    input.setAttribute('aria-valuetext', withUnit(value, unit));
    turn((scenario) => apply(scenario, value));
  });
  return make('label', { class: 'knob' }, make('span', {}, label), input, shown);
}

function choiceOf({ label, options, initial, apply }: Extract<Knob, { kind: 'choice' }>, turn: Turn): HTMLElement {
  const select = make('select', {}, ...options.map((option) => make('option', { value: option }, option)));
  select.value = initial;
  select.addEventListener('change', () => {
    const { value } = select;
    turn((scenario) => apply(scenario, value));
  });
  return make('label', { class: 'knob' }, make('span', {}, label), select);
}
