import { count, duration, percent } from '../../../balancer/src/admin/dashboard/figures.ts';
import type { FigureName } from '../chapter.ts';
import type { Frame } from '../lab/frame.ts';

/** What a figure is called, what it means, and how it is read off a moment. */
export interface ShownFigure {
  readonly label: string;
  readonly meaning: string;
  readonly read: (frame: Frame) => string;
}

/** All figures that a stage can show. */
export const shownFigures: Readonly<Record<FigureName, ShownFigure>> = {
  p50: { label: 'p50', meaning: 'half of the answers took no longer', read: ({ total }) => time(total.p50) },
  p99: { label: 'p99', meaning: '99 of 100 answers took no longer', read: ({ total }) => time(total.p99) },
  p999: { label: 'p99.9', meaning: '999 of 1,000 answers took no longer', read: ({ total }) => time(total.p999) },
  mean: { label: 'average', meaning: 'all times together, divided by how many they are', read: ({ total }) => time(total.mean) },
  answered: { label: 'answered', meaning: 'requests that were answered well', read: ({ total }) => count(total.answered) },
  failed: {
    label: 'failed',
    meaning: 'requests whose clients got an error, or no answer',
    read: ({ total: { failed, answered } }) => (failed === 0 ? '0' : `${count(failed)} (${percent(failed / (failed + answered))})`),
  },
  attempts: {
    label: 'tries a request',
    meaning: 'how often servers were asked, for each request that somebody meant',
    read: ({ total }) => (total.requests === 0 ? '–' : `${total.amplification.toFixed(2)} ×`),
  },
  inFlight: {
    label: 'in flight',
    meaning: 'requests at the origins now, worked on or in a queue',
    read: ({ origins }) => count(origins.reduce((sum, { working, queued }) => sum + working + queued, 0)),
  },
  waiting: { label: 'waiting', meaning: 'requests that wait in the balancer now', read: ({ waiting }) => count(waiting) },
  share: { label: 'shares', meaning: 'which part of all requests each origin got', read: ({ total }) => sharesOf(total.taken) },
};

/** A time, or a dash where there is none yet. */
export function time(ms: number): string {
  return duration(Number.isFinite(ms) ? ms : null);
}

/** The share of each, in whole percents. */
export function sharesOf(taken: readonly number[]): string {
  const all = taken.reduce((sum, one) => sum + one, 0);
  return all === 0 ? '–' : `${taken.map((one) => Math.round((100 * one) / all)).join(' · ')} %`;
}
