import type { Board } from './board.ts';
import { byId } from './elements.ts';
import type { View } from './painter.ts';

/** The parts of the page that make traffic, or are about breaking origins. */
const parts = ['send', 'break-hint', 'traffic-card'];

/** Shows them where the balancer is there for a demonstration, and only there: in production, nobody shall press such a button by mistake. */
export function demoParts(board: Board): View {
  const elements = parts.map(byId);
  const paint = () => {
    for (const element of elements) element.hidden = !board.isDemo;
  };
  return { paint, every: 100 };
}
