import { copyable } from '../copyable.ts';
import { button, make, say } from '../elements.ts';
import { ask, problemOf } from '../wire/ask.ts';
import { controls, drain, enable, faultOf, type Place } from './commands.ts';
import { type Act, controlOf } from './control.ts';
import { type FaultAnswer, faultInWords } from './fault-words.ts';

/** Everything that can be done to one origin. */
export interface Controls {
  readonly panel: HTMLElement;
  /** Looks up the fault in force. */
  readonly look: () => void;
}

/** The controls of an origin; they are made when somebody opens them, since most never are. */
export function originControls(origin: Place): Controls {
  const fault = make('p', { class: 'fault-now' });
  const note = make('p', { class: 'note', role: 'alert' });
  const look = async () => {
    const answer = await ask<FaultAnswer>(faultOf(origin)).catch(problemOf);
    say(
      fault,
      typeof answer === 'string' ? `Which fault is in force can't be told: ${answer}` : `In force: ${faultInWords(answer, Date.now())}.`,
    );
  };
  const act: Act = async (what, command) => {
    say(note, '');
    const problem = await ask(command).then(() => undefined, problemOf);
    note.dataset['kind'] = problem === undefined ? 'done' : 'problem';
    say(note, problem === undefined ? `${what}: done.` : `${what}: ${problem}`);
    if (what !== 'Crash') await look();
  };
  const rows = [
    takeOut('Drain', 'it finishes what runs and gets nothing new', origin, act),
    takeOut('Enable', 'it takes requests again', origin, act),
  ];
  const grid = make('div', { class: 'control-grid' }, ...rows, ...controls.map((control) => controlOf(control, origin, act)));
  const remark = make('p', { class: 'sub' }, 'A new fault replaces the one before. Faults end by themselves after 120 s.');
  return {
    panel: make('div', { class: 'controls' }, make('div', { class: 'controls-head' }, fault, note), grid, remark),
    look: () => void look(),
  };
}

/** Draining and enabling are the balancer's doing, not the origin's. */
function takeOut(name: 'Drain' | 'Enable', about: string, origin: Place, act: Act): HTMLElement {
  const command = name === 'Drain' ? drain(origin) : enable(origin);
  const line = copyable(`${name} ${origin.id}`);
  line.show(command);
  const row = make(
    'div',
    { class: 'control-row' },
    button(name, () => act(name, command)),
    make('span', { class: 'sub' }, about),
  );
  return make('div', { class: 'control' }, row, line.element);
}
