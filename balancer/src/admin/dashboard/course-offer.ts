import { byId } from './elements.ts';

const name = 'course-offered';

/** Offers the course in a line to who is here for the first time, until they say no or have gone to see it. */
export function offerCourse(): void {
  const offer = byId('course-offer');
  offer.hidden = wasOffered();
  byId('course-no').addEventListener('click', () => {
    offer.hidden = true;
    remember();
  });
  offer.parentElement?.querySelector('a')?.addEventListener('click', remember);
}

/** A browser may forbid pages to keep anything: then nobody is asked each time anew. */
function wasOffered(): boolean {
  try {
    return localStorage.getItem(name) !== null;
  } catch {
    return true;
  }
}

function remember(): void {
  try {
    localStorage.setItem(name, 'yes');
  } catch {}
}
