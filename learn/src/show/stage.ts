import { button, make, mark, say } from '../../../balancer/src/admin/dashboard/elements.ts';
import type { Scenario } from '../../../balancer/src/simulate/scenario.ts';
import type { FigureName, Side, Stage } from '../chapter.ts';
import type { Frame } from '../lab/frame.ts';
import type { Lab } from '../lab/lab.ts';
import { shownFigures } from './figure-names.ts';
import { Player } from './player/player.ts';
import { type Pace, WorldView } from './player/world-view.ts';

/** Screen time that a dot takes from one machine to the next, in ms. */
const wayOnScreen = 380;

/** Time of the world that has passed when a stage is first seen, in screen ms: it is under way already. */
const underWay = 1500;

let stages = 0;

/** A chapter's world, or two side by side, with its figures and buttons. */
export class StageView {
  readonly element: HTMLElement;
  readonly #stage: Stage;
  readonly #lab: Lab;
  readonly #worlds: readonly string[];
  readonly #views: readonly WorldView[];
  readonly #figures: readonly FigureList[];
  readonly #clock = make('span', { class: 'clock' });
  readonly #player: Player;
  readonly #hold: HTMLButtonElement;
  #sides: readonly Side[];

  constructor(stage: Stage, lab: Lab) {
    stages += 1;
    const { sides, msPerSecond, figures } = stage;
    const pace: Pace = { msPerSecond, way: (wayOnScreen * msPerSecond) / 1000 };
    this.#stage = stage;
    this.#lab = lab;
    this.#sides = sides;
    this.#worlds = sides.map((_, place) => `stage-${stages}-${place}`);
    this.#views = sides.map(({ name }, place) => new WorldView(this.#worlds[place] ?? '', sides.length > 1 ? name : '', lab, pace));
    this.#figures = sides.map(() => new FigureList(figures));
    const columns = this.#views.map((view, place) => make('div', { class: 'side' }, view.element, this.#figures[place]?.element ?? ''));
    this.#player = new Player(this.#views, pace, (frames, now) => this.#show(frames, now));
    this.#hold = button('Pause', () => this.#toggle(), { class: 'small' });
    this.element = make('div', { class: 'stage', 'data-sides': sides.length }, make('div', { class: 'sides' }, ...columns), this.#bar());
    void this.#begin();
  }

  /** Plays changed worlds from their beginning, with the same seed. */
  change(changed: (scenario: Scenario) => Scenario): void {
    this.#sides = this.#stage.sides.map(({ name, scenario }) => ({ name, scenario: changed(scenario) }));
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const { seed, msPerSecond } = this.#stage;
    await Promise.all(this.#views.map((view, place) => view.put(this.#sides[place] as Side, seed)));
    this.#player.from((underWay * msPerSecond) / 1000);
  }

  #bar(): HTMLElement {
    const { msPerSecond, buttons = [] } = this.#stage;
    const again = button('From the beginning', () => void this.#begin(), { class: 'small quiet' });
    const step = button('One step', () => void this.#step(), { class: 'small quiet' });
    const happenings = buttons.map(({ label, happening }) => {
      return button(label, () => void Promise.all(this.#worlds.map((world) => this.#lab.happen(world, happening))));
    });
    const speed =
      msPerSecond === 1000
        ? 'at full speed'
        : msPerSecond < 1000
          ? `${Number((1000 / msPerSecond).toFixed(1))} × slower than real`
          : `${msPerSecond / 1000} × faster than real`;
    return make(
      'div',
      { class: 'stage-bar' },
      ...happenings,
      this.#hold,
      step,
      again,
      make('span', { class: 'sub' }, this.#clock, ` · ${speed}`),
    );
  }

  #toggle(): void {
    this.#player.play(!this.#player.isPlaying);
    this.#showHold();
  }

  async #step(): Promise<void> {
    this.#player.play(false);
    this.#showHold();
    await this.#player.step(this.#stage.msPerSecond / 4);
  }

  #showHold(): void {
    say(this.#hold, this.#player.isPlaying ? 'Pause' : 'Go on');
    mark(this.#hold, 'aria-pressed', String(!this.#player.isPlaying));
  }

  #show(frames: readonly Frame[], now: number): void {
    say(this.#clock, `${(now / 1000).toFixed(1)} s`);
    for (const [place, frame] of frames.entries()) this.#figures[place]?.show(frame);
  }
}

/** Some big figures, each with what it means. */
class FigureList {
  readonly element: HTMLElement;
  readonly #values: readonly (readonly [FigureName, HTMLElement])[];

  constructor(names: readonly FigureName[]) {
    this.#values = names.map((name) => [name, make('dd', {}, '–')] as const);
    const entries = this.#values.map(([name, value]) => {
      const { label, meaning } = shownFigures[name];
      return make('div', { title: meaning }, make('dt', {}, label), value);
    });
    this.element = make('dl', { class: 'figures' }, ...entries);
  }

  show(frame: Frame): void {
    for (const [name, value] of this.#values) say(value, shownFigures[name].read(frame));
  }
}
