import { make, mark } from '../../../../balancer/src/admin/dashboard/elements.ts';
import type { ChoicePrediction } from '../../chapter.ts';
import type { Guess } from './guess.ts';

let groups = 0;

/** A guess of which. */
export function choiceGuess({ options, answer, prompt }: ChoicePrediction): Guess {
  groups += 1;
  const name = `choice-${groups}`;
  const rows = options.map(({ id, label }) => {
    const input = make('input', { type: 'radio', name, value: id });
    input.addEventListener('change', () => guess.changed());
    return { id, label, input, element: make('label', { class: 'option' }, input, make('span', {}, label)) };
  });
  const legend = make('legend', { class: 'unseen' }, prompt.replaceAll(/<[^>]*>/g, ''));
  const chosen = () => rows.find(({ input }) => input.checked);
  const guess: Guess = {
    element: make('fieldset', { class: 'choices' }, legend, ...rows.map(({ element }) => element)),
    isReady: () => chosen() !== undefined,
    changed: () => {},
    reveal: (outcomes) => {
      const truth = answer(outcomes);
      const said = chosen();
      for (const { id, input, element } of rows) {
        input.disabled = true;
        const wrong = id === said?.id ? 'wrong' : undefined;
        mark(element, 'data-is', id === truth ? 'right' : wrong);
      }
      return { isRight: said?.id === truth, sentence: verdictOf(said?.label, rows.find(({ id }) => id === truth)?.label) };
    },
  };
  return guess;
}

function verdictOf(said = 'nothing', truth = 'none of these'): string {
  return said === truth ? `Right: ${truth}.` : `You said: ${said}. It is: ${truth}.`;
}
