import { button, byId, make, say } from '../elements.ts';
import { start, stop } from '../traffic/order.ts';
import { ask, type Command, problemOf } from '../wire/ask.ts';

/** The buttons above the picture that let something happen at once. */
export function sendButtons(): void {
  const note = make('span', { class: 'note', role: 'alert' });
  const send = async (command: Command) => {
    say(note, '');
    await ask(command).catch((problem: unknown) => say(note, problemOf(problem)));
  };
  byId('send').append(
    button('Send 1 request', () => void send(start({ burst: 1 }))),
    button('Send 20 a second', () => void send(start({ rate: 20, seconds: 60 })), { class: 'primary' }),
    button('Stop', () => void send(stop)),
    note,
  );
}
