import type { TrafficStatus } from '../../api.ts';
import { count } from '../figures.ts';

/** How traffic goes, in a line. */
export function trafficInWords({ isRunning, order, sent, answered, failed, endsAt }: TrafficStatus, now: number): string {
  if (order === null) return 'No traffic yet.';
  const figures = `${count(sent)} sent, ${count(answered)} answered, ${count(failed)} failed`;
  if (!isRunning) return `Done: ${figures}.`;
  const left = endsAt === null ? '' : `, ${count(Math.max(0, Math.round((endsAt - now) / 1000)))} s left`;
  return `Running: ${figures}${left}.`;
}
