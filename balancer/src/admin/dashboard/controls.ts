import { curlFor, type Order } from './curl.ts';
import { html, say } from './elements.ts';
import { order } from './orders.ts';
import { hasToken } from './token.ts';

/** Something that a button does. */
export interface Action {
  readonly label: string;
  /** What it does, for who wants to know before. */
  readonly about: string;
  readonly order: () => Order;
}

/** Tells everybody, people who can't see the screen included, what came of something. */
export type Tell = (message: string) => void;

/** A button that does something; beside its row stands the command that does the same. */
export function button({ label, about, order: make }: Action, command: HTMLElement, tell: Tell): HTMLButtonElement {
  const element = html('button', { type: 'button', title: about }, label);
  const show = () => say(command, curlFor(make(), location.host, hasToken()));
  element.addEventListener('pointerenter', show);
  element.addEventListener('focus', show);
  element.addEventListener('click', async () => {
    show();
    element.disabled = true;
    try {
      await order(make());
      tell(`${label}: done`);
    } catch (error) {
      tell(`${label}: ${(error as Error).message}`);
    } finally {
      element.disabled = false;
      element.focus();
    }
  });
  return element;
}

/** Shows a command, and copies it. */
export function commandLine(first: Order): { readonly row: HTMLElement; readonly command: HTMLElement } {
  const command = html('code', {}, curlFor(first, location.host, hasToken()));
  const copy = html('button', { type: 'button', class: 'copy', title: 'Copy the command' }, 'copy');
  copy.addEventListener('click', async () => {
    await navigator.clipboard?.writeText(command.textContent ?? '');
    say(copy, 'copied');
    setTimeout(() => say(copy, 'copy'), 1500);
  });
  return { row: html('div', { class: 'command' }, command, copy), command };
}
