import type { TrafficStatus } from '../../api.ts';
import { copyable } from '../copyable.ts';
import { button, byId, make, say } from '../elements.ts';
import { ask, type Command, problemOf } from '../wire/ask.ts';
import { fieldsOf } from './fields.ts';
import { howItGoes, orderOf, start, stop } from './order.ts';
import { trafficInWords } from './words.ts';

/** How often it is asked how the traffic goes, in ms. */
const every = 1000;

/** The traffic form, for those who start traffic elsewhere. */
export interface TrafficForm {
  /** Asks how it goes, and goes on asking while traffic runs. */
  readonly ask: () => Promise<void>;
}

/** Orders real requests, and says how they go. */
export function trafficForm(): TrafficForm {
  const fields = fieldsOf();
  const startLine = copyable('start traffic');
  const stopLine = copyable('stop traffic');
  const status = make('p', { class: 'traffic-status' });
  const note = make('p', { class: 'note', role: 'alert' });
  const order = () => start(orderOf(fields.wish()));
  const showLines = () => {
    startLine.show(order());
    stopLine.show(stop);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (told: TrafficStatus) => {
    say(status, trafficInWords(told, Date.now()));
    clearTimeout(timer);
    timer = setTimeout(() => void lookSafely(), told.isRunning ? every : 5 * every);
  };
  const look = async () => (document.hidden ? waitAndLook() : tell(await ask<TrafficStatus>(howItGoes)));
  const waitAndLook = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void lookSafely(), 10 * every);
  };
  const lookSafely = () => look().catch(() => waitAndLook());
  const send = async (command: Command) => {
    say(note, '');
    await ask<TrafficStatus>(command).then(tell, (problem: unknown) => say(note, problemOf(problem)));
  };
  const submit = make('button', { class: 'primary' }, 'Start');
  const actions = make(
    'div',
    { class: 'traffic-actions' },
    submit,
    button('Stop', () => void send(stop)),
    status,
  );
  const form = make('form', {}, fields.element, actions, note, startLine.element, stopLine.element);
  form.addEventListener('input', showLines);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(order());
  });
  showLines();
  byId('traffic').append(form);
  return {
    ask: () => {
      // Whether a token is needed may be known only by now.
      showLines();
      return lookSafely();
    },
  };
}
