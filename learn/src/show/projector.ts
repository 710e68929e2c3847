const name = 'projecting';
const forwards: ReadonlySet<string> = new Set(['ArrowRight', 'ArrowDown', 'PageDown', ' ']);
const backwards: ReadonlySet<string> = new Set(['ArrowLeft', 'ArrowUp', 'PageUp']);

/**
 * Shows a page to a room full of people: large, one part at a time, which arrows and the keys of a presenter's remote turn over. The
 * key `p` begins and ends it, as does `?projector` in the address; `Escape` ends it.
 */
export function projector(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (obeyed(event.key, event.target)) event.preventDefault();
  });
  if (new URLSearchParams(location.search).has('projector')) begin();
}

/** Does what a key is for; says whether it was for anything. */
function obeyed(key: string, target: EventTarget | null): boolean {
  if (key === 'p') isOn() ? end() : begin();
  else if (!isOn()) return false;
  else if (key === 'Escape') end();
  else if (isPressed(key, target)) return false;
  else if (forwards.has(key)) move(1);
  else if (backwards.has(key)) move(-1);
  else return false;
  return true;
}

function begin(): void {
  document.documentElement.classList.add(name);
  const at = parts().findIndex((part) => part.getBoundingClientRect().bottom > innerHeight / 3);
  show(Math.max(0, at));
}

function end(): void {
  const shown = parts().find((part) => part.classList.contains('shown'));
  document.documentElement.classList.remove(name);
  for (const part of parts()) part.classList.remove('shown');
  shown?.scrollIntoView();
}

/** A part that is higher than the screen is scrolled through before the next one comes. After the last comes the next page. */
function move(step: 1 | -1): void {
  const room = document.documentElement.scrollHeight - innerHeight;
  const isAtEdge = step === 1 ? scrollY >= room - 4 : scrollY <= 4;
  const at = parts().findIndex((part) => part.classList.contains('shown')) + step;
  if (!isAtEdge) scrollBy({ top: step * innerHeight * 0.8, behavior: 'instant' });
  else if (at >= 0 && at < parts().length) show(at);
  else turn(step === 1 ? 'next' : 'prev');
}

function show(at: number): void {
  for (const [place, part] of parts().entries()) part.classList.toggle('shown', place === at);
  scrollTo({ top: 0, behavior: 'instant' });
}

/** Opens the chapter after or before this one, as large. */
function turn(rel: string): void {
  const link = document.querySelector<HTMLAnchorElement>(`.turn a[rel="${rel}"]`);
  if (link) location.href = `${link.href}?projector`;
}

function parts(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('main > .part:not(.of-more)')];
}

function isOn(): boolean {
  return document.documentElement.classList.contains(name);
}

/** Whether keys are for a field: they are text there, or move a slider. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, select, textarea, [contenteditable], [role="slider"]') !== null;
}

/** Whether a space presses what has the focus. */
function isPressed(key: string, target: EventTarget | null): boolean {
  return key === ' ' && target instanceof HTMLElement && target.closest('button, summary, a') !== null;
}
