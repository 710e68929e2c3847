import { button, say } from '../../../balancer/src/admin/dashboard/elements.ts';

/** How long the button says that it has copied, in ms. */
const praiseMs = 1500;

/** Puts a button beside each command of the page that copies it. */
export function copyButtons(): void {
  for (const command of document.querySelectorAll('.command')) {
    const code = command.querySelector('code');
    if (!code) continue;
    const copy = button('Copy', () => void copied(code, copy), { class: 'quiet small', 'aria-label': 'Copy this command' });
    command.append(copy);
  }
}

/** Copies; where the browser doesn't allow that, selects the text so that the keyboard can. */
async function copied(code: HTMLElement, copy: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(code.textContent ?? '');
    say(copy, 'Copied');
  } catch {
    getSelection()?.selectAllChildren(code);
    say(copy, 'Selected');
  }
  setTimeout(() => say(copy, 'Copy'), praiseMs);
}
