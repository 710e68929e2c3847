import type { PoolReport } from '../../api.ts';
import { count } from '../figures.ts';

/** How much a pool has to do: `12 running, 3 waiting`. */
export function workOf({ running, waiting }: Pick<PoolReport, 'running' | 'waiting'>): string {
  return `${count(running)} running${waiting > 0 ? `, ${count(waiting)} waiting` : ''}`;
}

/** What is out of the ordinary in a pool: `paused for 12 s`, `deploy under way`; empty where nothing is. */
export function newsOf({ pausedMs, isDeploying }: Pick<PoolReport, 'pausedMs' | 'isDeploying'>): string {
  const pause = pausedMs > 0 ? [`paused for ${count(Math.ceil(pausedMs / 1000))} s`] : [];
  return [...pause, ...(isDeploying ? ['deploy under way'] : [])].join(', ');
}

/** What an origin is called where there are other pools: its id, and its pool unless that is the default one. */
export function calledIn(pool: string, id: string): string {
  return pool === 'default' ? id : `${id} of ${pool}`;
}
