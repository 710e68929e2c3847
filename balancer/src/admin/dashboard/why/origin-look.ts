import type { AttemptReport } from '../../api.ts';
import { duration, weight } from '../figures.ts';
import type { Focus } from './steps.ts';

/** How an origin looks in the small picture at a step. */
export interface Look {
  readonly isLit: boolean;
  /** Struck through: it is no candidate. */
  readonly isOut: boolean;
  readonly isFailed: boolean;
  readonly isPicked: boolean;
  /** Its figures while they matter, why it is out while that does. */
  readonly figures: string;
}

const afterPick: readonly Focus[] = ['pick', 'connection', 'answer', 'failure', 'done'];
const beforeFilter: readonly Focus[] = ['client', 'route', 'candidates'];

/** How an origin looks, for what a step is about and the attempt that it belongs to. */
export function lookOf(id: string, focus: Focus, attempt: AttemptReport | undefined): Look {
  const candidate = attempt?.candidates.find((one) => one.id === id);
  const isPicked = attempt?.origin === id && afterPick.includes(focus);
  const isOut = !candidate && !isPicked && !beforeFilter.includes(focus);
  const reason = isOut ? attempt?.excluded.find((one) => one.id === id)?.reason : undefined;
  const isLitBy: Partial<Record<Focus, boolean>> = { candidates: true, scores: candidate !== undefined, excluded: isOut };
  const figures = candidate && (focus === 'scores' || focus === 'pick') ? inWords(candidate) : '';
  return {
    isLit: isPicked || isLitBy[focus] === true,
    isOut,
    isFailed: isPicked && focus === 'failure',
    isPicked,
    figures: reason ?? figures,
  };
}

function inWords({ weight: its, inFlight, latencyMs, lastTurn }: AttemptReport['candidates'][number]): string {
  const latency = latencyMs > 0 ? ` · ${duration(latencyMs)}` : '';
  const turn = lastTurn > 0 ? ` · turn ${lastTurn}` : '';
  return `weight ${weight(its)} · ${inFlight} in flight${latency}${turn}`;
}
