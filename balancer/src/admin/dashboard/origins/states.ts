import type { OriginReport } from '../../api.ts';

type State = OriginReport['state'];

/** A shape for each state, so that none is told by its colour alone. */
const shapes: Readonly<Record<State, string>> = { starting: '◌', ready: '●', down: '✕', ejected: '◆', draining: '◐', drained: '○' };

/** The shape of a state; a question mark for one that this page doesn't know yet. */
export function shapeOf(state: State): string {
  return shapes[state] ?? '?';
}
