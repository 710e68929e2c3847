import type { AcmeHostReport } from '../../api.ts';

const stamp = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** How the certificate of a host stands that is had by itself, and what comes next, in words. */
export function certificateWords(report: AcmeHostReport): { readonly state: string; readonly next: string } {
  return { state: stateIn(report), next: nextIn(report) };
}

function stateIn({ state, notAfter }: AcmeHostReport): string {
  if (notAfter === null) return 'has none yet';
  return state === 'good' ? `good until ${stamp.format(notAfter)}` : `ended ${stamp.format(notAfter)}`;
}

function nextIn({ isOrdering, failures, nextOrder }: AcmeHostReport): string {
  if (isOrdering) return 'being ordered now';
  if (failures === 0) return `the next is ordered ${stamp.format(nextOrder)}`;
  return `${failures === 1 ? '1 order' : `${failures} orders in a row`} failed; next try ${stamp.format(nextOrder)}`;
}
