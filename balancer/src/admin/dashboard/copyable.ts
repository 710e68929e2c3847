import { curlLine } from './curl.ts';
import { button, make, say } from './elements.ts';
import type { Command } from './wire/ask.ts';
import { token } from './wire/token.ts';

/** How long the button says that it has copied, in ms. */
const praiseMs = 1500;

/** A `curl` line with a button that copies it. */
export interface Copyable {
  readonly element: HTMLElement;
  /** Shows the line for another command. */
  readonly show: (command: Command) => void;
}

/** The line for a shell that does what a control does: what can be clicked can be written into a script. */
export function copyable(what: string): Copyable {
  const code = make('code', { class: 'curl-line' });
  const copy = button('Copy', () => void copyText(code, copy), { class: 'quiet small', 'aria-label': `Copy the curl line: ${what}` });
  return {
    element: make('div', { class: 'curl' }, code, copy),
    show: (command) => say(code, curlLine(command, location.host, token() !== '')),
  };
}

/** Copies; where the browser doesn't allow that, selects the text so that the keyboard can. */
async function copyText(code: HTMLElement, copy: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(code.textContent ?? '');
    say(copy, 'Copied');
  } catch {
    getSelection()?.selectAllChildren(code);
    say(copy, 'Selected');
  }
  setTimeout(() => say(copy, 'Copy'), praiseMs);
}
