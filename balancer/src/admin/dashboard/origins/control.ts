import { copyable } from '../copyable.ts';
import { button, make } from '../elements.ts';
import type { Command } from '../wire/ask.ts';
import type { Amount, Control, Place } from './commands.ts';

/** Does a command and tells how it went; the same for every control of an origin. */
export type Act = (what: string, command: Command) => void;

/** A control with its amounts, and the `curl` line that does the same. */
export function controlOf(control: Control, origin: Place, act: Act): HTMLElement {
  const { name, about, amounts, command } = control;
  const line = copyable(`${name} ${origin.id}`);
  const fields = amounts.map(numberField);
  const current = () =>
    command(
      origin,
      fields.map(({ input }) => Number(input.value)),
    );
  const show = () => line.show(current());
  for (const { input } of fields) input.addEventListener('input', show);
  show();
  const apply = button(name, () => fields.every(({ input }) => input.reportValidity()) && act(name, current()));
  const row = make('div', { class: 'control-row' }, apply, ...fields.map(({ label }) => label), make('span', { class: 'sub' }, about));
  return make('div', { class: 'control' }, row, line.element);
}

function numberField({ name, unit, value, min, max }: Amount): { label: HTMLElement; input: HTMLInputElement } {
  const input = make('input', { type: 'number', value, min, max, required: '', 'aria-label': `${name}, ${unit}` });
  return { label: make('label', { class: 'field inline' }, input, ` ${unit}`), input };
}
