import { make, mark, say } from '../../../../balancer/src/admin/dashboard/elements.ts';
import type { Outcomes, Prediction } from '../../chapter.ts';
import type { Lab } from '../../lab/lab.ts';
import { resultsOf } from '../result/results.ts';
import { choiceGuess } from './choice.ts';
import { curveGuess } from './curve.ts';
import type { Guess } from './guess.ts';
import { sliderGuess } from './slider.ts';

/** Told how a prediction came out. */
export type Told = (isRight: boolean) => void;

/**
 * Asks for a guess, and tells nothing before the reader has committed to one. Then the worlds are played, here and now, and what
 * happened goes into `happened`, with the guess drawn into it.
 */
export function predict(prediction: Prediction, lab: Lab, happened: HTMLElement, told: Told = () => {}): HTMLElement {
  const guess = guessOf(prediction);
  const commit = make('button', { type: 'submit', class: 'primary' }, 'That is my guess');
  const verdict = make('p', { class: 'verdict', 'aria-live': 'polite' });
  const form = make(
    'form',
    { class: 'guess', 'aria-labelledby': 'guess-title' },
    guess.element,
    make('div', { class: 'commit' }, commit),
    verdict,
  );
  commit.disabled = true;
  guess.changed = () => {
    commit.disabled = !guess.isReady();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!guess.isReady()) return;
    commit.disabled = true;
    say(commit, 'Playing …');
    void lab.play(prediction.runs).then((outcomes) => {
      commit.hidden = true;
      const { sentence, isRight } = guess.reveal(outcomes);
      say(verdict, sentence);
      mark(verdict, 'data-is', isRight ? 'right' : 'wrong');
      show(happened, prediction, outcomes);
      told(isRight);
    });
  });
  return form;
}

function guessOf(prediction: Prediction): Guess {
  switch (prediction.kind) {
    case 'slider':
      return sliderGuess(prediction);
    case 'choice':
      return choiceGuess(prediction);
    case 'curve':
      return curveGuess(prediction);
  }
}

function show(happened: HTMLElement, prediction: Prediction, outcomes: Outcomes): void {
  const words = make('div', { class: 'prose' });
  words.innerHTML = prediction.happened(outcomes);
  // Some answers are computed without a world.
  const isPlayed = Object.keys(outcomes).length > 0;
  happened.replaceChildren(words, ...(isPlayed ? [resultsOf(outcomes, prediction.charts ?? ['latency'])] : []));
}
