import type { Board } from '../board.ts';
import type { View } from '../painter.ts';
import type { AnyEvent } from '../wire/stream.ts';
import { Animation } from './animation.ts';
import { HashStrip } from './hash-strip.ts';
import { Latest } from './latest.ts';
import { legend } from './legend.ts';
import { Scene } from './scene.ts';
import { sendButtons } from './send.ts';
import { Ways } from './ways.ts';

/** The picture, for those who feed it. */
export interface Picture {
  readonly views: readonly View[];
  /** Takes an event in before the board does. */
  readonly hear: (event: AnyEvent) => void;
  /** Holds everything still. */
  readonly hold: (isHeld: boolean) => void;
}

/** Clients, balancer and origins, with what travels between them. */
export function picture(board: Board, open: (id: string) => void): Picture {
  const ways = new Ways();
  const scene = new Scene(board, () => requestAnimationFrame(() => ways.lay(scene.places())));
  const animation = new Animation(board, scene, ways);
  const latest = new Latest(board, open);
  const strip = new HashStrip();
  scene.root.after(strip.element);
  const showScale = legend();
  sendButtons();
  let pool = '';
  const paint = () => {
    if (board.pool && board.pool.name !== pool) {
      pool = board.pool.name;
      for (const part of [animation, latest, strip]) part.clear();
    }
    const ready = board.origins.filter(({ state, expectedShare }) => state === 'ready' && expectedShare > 0);
    const closed = new Set(board.origins.filter(({ state }) => state !== 'ready').map(({ id }) => id));
    scene.show({ policy: board.policy, ready, decision: latest.decision, keys: latest.keys });
    ways.show(performance.now(), closed);
    strip.show(latest.decision, board.policy, new Map(board.origins.map(({ id }, place) => [id, place])));
    showScale(animation.sampling.perDot);
  };
  return {
    views: [
      { paint, every: 100 },
      { paint: () => void latest.look(), every: 600 },
    ],
    hear: (event) => {
      if (event.name === 'tick') animation.tick(event.data);
    },
    hold: (isHeld) => animation.hold(isHeld),
  };
}
