import { make, mark, say } from '../../../../balancer/src/admin/dashboard/elements.ts';
import type { SliderPrediction } from '../../chapter.ts';
import { isNear, placeOf, type Scale, valueAt, withUnit } from './answer-scale.ts';
import type { Guess } from './guess.ts';

/** Steps of a slider, enough for every figure that can be meant. */
const steps = 200;

/** A guess of one figure, by a slider that shows no answer before it was moved. */
export function sliderGuess({ unit, from, to, isLogarithmic = false, answer, tolerance, prompt }: SliderPrediction): Guess {
  const scale: Scale = { from, to, isLogarithmic };
  const label = prompt.replaceAll(/<[^>]*>/g, '');
  const input = make('input', { type: 'range', min: 0, max: steps, step: 1, value: steps / 2, 'aria-label': label });
  const shown = make('output', { class: 'guessed' }, '?');
  const answerMark = make('span', { class: 'answer-mark', hidden: '' });
  const ends = make(
    'div',
    { class: 'ends', 'aria-hidden': 'true' },
    make('span', {}, withUnit(from, unit)),
    make('span', {}, withUnit(to, unit)),
  );
  const element = make('div', { class: 'slider' }, shown, make('div', { class: 'track' }, input, answerMark), ends);
  let isMoved = false;
  const value = () => valueAt(input.valueAsNumber / steps, scale);
  const show = () => {
    say(shown, withUnit(value(), unit));
    mark(input, 'aria-valuetext', withUnit(value(), unit));
  };
  mark(input, 'aria-valuetext', 'no guess yet');
  const moved = () => {
    isMoved = true;
    show();
    guess.changed();
  };
  for (const name of ['input', 'pointerup', 'keydown']) {
    input.addEventListener(name, (event) => {
      // A key that only walks through the page is no guess.
      if (!(event instanceof KeyboardEvent) || event.key.startsWith('Arrow')) moved();
    });
  }
  const guess: Guess = {
    element,
    isReady: () => isMoved,
    changed: () => {},
    reveal: (outcomes) => {
      const truth = answer(outcomes);
      input.disabled = true;
      answerMark.hidden = false;
      answerMark.style.insetInlineStart = `${100 * placeOf(truth, scale)}%`;
      answerMark.title = withUnit(truth, unit);
      const isRight = isNear(value(), truth, tolerance);
      const verdict = isRight ? 'Well guessed' : value() < truth ? 'It is more than you thought' : 'It is less than you thought';
      return { isRight, sentence: `${verdict}: you said ${withUnit(value(), unit)}, and it is ${withUnit(truth, unit)}.` };
    },
  };
  return guess;
}
