import type { Board } from './board.ts';
import { byId, make, mark, say } from './elements.ts';
import type { Painter, View } from './painter.ts';
import { ask, problemOf } from './wire/ask.ts';
import type { Connection } from './wire/stream.ts';

const words: Readonly<Record<Connection, string>> = {
  connecting: 'connecting…',
  live: 'live',
  lost: 'connection lost, trying again…',
  locked: 'token needed',
};

/** Shows how the page stands with the balancer. */
export function showConnection(state: Connection, isPaused: boolean): void {
  const shown = byId('connection');
  mark(shown, 'data-state', state === 'live' && isPaused ? 'paused' : state);
  say(shown, state === 'live' && isPaused ? 'paused: the balancer goes on' : words[state]);
}

/** The policy in use, which can be switched here while requests run. */
export function policyChoice(board: Board): View {
  const select = byId('policy') as HTMLSelectElement;
  const note = byId('policy-note');
  select.addEventListener('change', async () => {
    say(note, '');
    try {
      await ask({ method: 'PUT', path: `${board.side}/policy`, body: { name: select.value } });
    } catch (problem) {
      say(note, `The policy stays: ${problemOf(problem)}`);
      select.value = board.policy;
    }
  });
  let shown = '';
  let policy = '';
  const paint = () => {
    const { policies = [] } = board.status ?? {};
    if (shown !== policies.join()) {
      select.replaceChildren(...policies.map((name) => make('option', { value: name }, name)));
      policy = '';
    }
    shown = policies.join();
    select.disabled = policies.length === 0 || board.isReadonly;
    // Only a switch changes what is chosen, so that nobody who is choosing is disturbed.
    if (policy !== board.policy || select.value === '') select.value = board.policy;
    policy = board.policy;
  };
  return { paint, every: 200 };
}

/** The button, and the key P, that hold the drawing still. */
export function pauseButton(painter: Painter, changed: () => void): void {
  const pause = byId('pause');
  const toggle = () => {
    painter.isPaused = !painter.isPaused;
    mark(pause, 'aria-pressed', String(painter.isPaused));
    pause.firstChild?.replaceWith(painter.isPaused ? 'Go on ' : 'Pause ');
    changed();
  };
  pause.addEventListener('click', toggle);
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() === 'p' && isFree(event)) toggle();
  });
}

/** Whether a key is meant for the page, not for a field or the browser. */
function isFree({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return !ctrlKey && !metaKey && !altKey && !(target instanceof Element && target.closest('input, select, textarea'));
}
