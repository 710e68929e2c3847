import { button, byId, make, say } from '../../../balancer/src/admin/dashboard/elements.ts';
import type { ChoicePrediction } from '../chapter.ts';
import { Lab } from '../lab/lab.ts';
import { predict } from '../show/prediction/prediction.ts';
import { StageView } from '../show/stage.ts';
import type { Question } from './question.ts';
import { questions } from './questions.ts';

const seed = 1;
const lab = new Lab();
const score = make('p', { class: 'verdict', role: 'status' });
let right = 0;
let answered = 0;

/** Puts a question up; the world that answers it comes with the answer. */
function show(place: number): void {
  const question = questions[place];
  if (!question) {
    finish();
    return;
  }
  const prompt = make('div', { class: 'text prompt' });
  prompt.innerHTML = `<p><strong>${question.ask}</strong></p>`;
  const happened = make('div', { class: 'happened' });
  happened.hidden = true;
  const heading = make('h2', { id: 'guess-title', tabindex: -1 }, `Question ${place + 1} of ${questions.length}`);
  const form = predict(asPrediction(question), lab, happened, (isRight) => {
    answered += 1;
    if (isRight) right += 1;
    say(score, `${right} of ${answered} right`);
    happened.hidden = false;
    happened.append(worldOf(question), next(place, question));
  });
  byId('question').replaceChildren(heading, prompt, make('div', { class: 'prediction' }, form), happened);
  if (place > 0) heading.focus();
}

function asPrediction({ ask, options, sides, charts, answer, because }: Question): ChoicePrediction {
  const scenarios = Object.fromEntries(sides.map(({ name, scenario }) => [name, scenario]));
  return {
    kind: 'choice',
    prompt: ask,
    options,
    runs: { scenarios, seed },
    charts,
    answer,
    happened: (outcomes) => `<p>${because(outcomes)}</p>`,
  };
}

/** The world that has answered, running. */
function worldOf({ sides, msPerSecond }: Question): HTMLElement {
  return new StageView({ sides, seed, msPerSecond, figures: ['p50', 'p99', 'failed', 'share'] }, lab).element;
}

function next(place: number, { chapter }: Question): HTMLElement {
  const link = make('a', { href: `../${chapter}/index.html` }, `Chapter ${Number.parseInt(chapter, 10)} tells it at length`);
  const go = button(place + 1 < questions.length ? 'Next question' : 'How many were right?', () => show(place + 1), { class: 'primary' });
  return make('p', { class: 'stage-bar' }, go, link);
}

function finish(): void {
  const again = button('Once more', () => {
    right = 0;
    answered = 0;
    say(score, '');
    show(0);
  });
  const words = right >= 16 ? 'You can say which policy fits where, and why.' : 'The chapters that were hard are worth a second look.';
  byId('question').replaceChildren(make('h2', { tabindex: -1 }, `${right} of ${questions.length} right`), make('p', {}, words), again);
}

byId('score').replaceChildren(score);
show(0);
