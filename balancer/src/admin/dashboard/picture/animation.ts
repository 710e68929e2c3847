import type { Events, ExchangeBrief } from '../../api.ts';
import type { Board } from '../board.ts';
import { draw } from '../elements.ts';
import { Dots } from './dots.ts';
import { Flights } from './flights.ts';
import { Sampling } from './sampling.ts';
import type { Scene } from './scene.ts';
import type { Ways } from './ways.ts';

/** Exchanges that came in one tick begin over this time, in ms, so that they are seen one by one. */
const spreadMs = 100;

/** Lets the dots travel. No frame is asked for while there is nothing to move, or nobody looks. */
export class Animation {
  readonly sampling = new Sampling();
  readonly #board: Board;
  readonly #ways: Ways;
  readonly #dots: Dots;
  readonly #flights = new Flights();
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #isHeld = false;
  #isRunning = false;
  /** How long the drawing was held in all, which the dots don't count. */
  #lostMs = 0;
  #heldAt = 0;

  constructor(board: Board, scene: Scene, ways: Ways) {
    this.#board = board;
    this.#ways = ways;
    this.#dots = new Dots(ways);
    scene.root.append(draw('svg', { class: 'canvas', 'aria-hidden': 'true' }, ways.layer, this.#dots.layer));
    document.addEventListener('visibilitychange', () => this.#flights.clear());
    this.#calm.addEventListener('change', () => this.#flights.clear());
  }

  /** Takes a tick in, before the board does: what it doesn't know yet is new. */
  tick({ exchanges: all, unseen }: Events['tick']): void {
    const now = this.#now();
    const exchanges = all.filter((exchange) => this.#board.isHere(exchange));
    const fresh = exchanges.filter(({ id }) => !this.#board.knows(id));
    const dots = this.sampling.admit(fresh.length, unseen, performance.now());
    for (const { attempts } of exchanges) for (const { origin } of attempts) this.#ways.use(origin, performance.now());
    if (this.#isHeld || document.hidden || this.#calm.matches) return;
    for (const exchange of exchanges) this.#flights.note(exchange, now);
    if (unseen > 0) this.#flights.forget(now);
    this.#launch(fresh, dots, now);
  }

  /** Ends all, as when the picture is about something else. */
  clear(): void {
    this.#flights.clear();
    this.#run();
  }

  /** Holds the dots still, or lets them go on. */
  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    if (isHeld) this.#heldAt = performance.now();
    else this.#lostMs += performance.now() - this.#heldAt;
    this.#run();
  }

  #launch(fresh: readonly ExchangeBrief[], dots: number, now: number): void {
    this.#dots.tints = new Map(this.#board.origins.map(({ id }, place) => [id, place]));
    const step = fresh.length / Math.max(1, dots);
    for (let n = 0; n < dots; n += 1) {
      const exchange = fresh[Math.floor(n * step)];
      if (exchange) this.#flights.launch(exchange, now, (n * spreadMs) / dots);
    }
    this.#run();
  }

  #now(): number {
    return (this.#isHeld ? this.#heldAt : performance.now()) - this.#lostMs;
  }

  #run(): void {
    if (this.#isRunning || this.#isHeld) return;
    this.#isRunning = true;
    const frame = () => {
      this.#dots.show(this.#flights, this.#now());
      this.#isRunning = !this.#isHeld && !this.#flights.isEmpty;
      if (this.#isRunning) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }
}
