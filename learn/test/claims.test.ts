import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../balancer/src/simulate/outcome.ts';
import type { Scenario } from '../../balancer/src/simulate/scenario.ts';
import type { Chapter, Knob, Outcomes, Prediction, Runs } from '../src/chapter.ts';
import { chapters } from '../src/chapters/all.ts';
import { explain } from '../src/lab/explain.ts';
import { play } from '../src/lab/play.ts';
import { isNear, placeOf } from '../src/show/prediction/answer-scale.ts';

/** What a page takes for well drawn: how far a line may be off on average, as a part of the chart's height. */
const nearLine = 0.12;

const played = new Map<string, Outcomes>();

/** Plays the same worlds once only: several claims are about them. */
function outcomesOf(runs: Runs): Outcomes {
  const name = JSON.stringify(runs);
  const outcomes = played.get(name) ?? play(runs);
  played.set(name, outcomes);
  return outcomes;
}

test('chapters stand in order, each with an address of its own', () => {
  const numbers = chapters.map(({ number }) => number);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(new Set(chapters.map(({ slug }) => slug)).size).toBe(chapters.length);
  for (const { slug } of chapters) expect(slug).toMatch(/^[a-z0-9-]+$/);
});

describe.each(chapters.map((chapter) => [`chapter ${chapter.number}, ${chapter.title}`, chapter] as const))('%s', (_, chapter) => {
  const { prediction, claims, given, request, tries, stage, sources, code } = chapter;

  test('each figure that it claims is what its worlds come to, and stands in the text', () => {
    for (const { says, runs, figure, within } of claims) {
      const value = figure(outcomesOf(runs));
      expect({ says, value, isWithin: value >= within[0] && value <= within[1] }).toEqual({ says, value, isWithin: true });
    }
    const text = [...textsOf(chapter), bare(prediction.happened(outcomesOf(prediction.runs)))].join('\n');
    for (const { says } of claims) expect(text).toContain(bare(says));
  });

  test('no figure stands in its text that is neither claimed nor given', () => {
    const known = new Set([...claims.map(({ says }) => says), ...given].flatMap(figuresIn));
    expect(
      textsOf(chapter)
        .flatMap(figuresIn)
        .filter((figure) => !known.has(figure)),
    ).toEqual([]);
  });

  test('the answer to its question is the same whatever the seed', () => {
    const { scenarios, seed } = prediction.runs;
    const outcomes = [1, 2, 3, 4, 5].map((other) => ({ other, outcomes: outcomesOf({ scenarios, seed: other }) }));
    for (const { other, outcomes: here } of outcomes)
      expect({ seed: other, ...comparison(prediction, here, outcomesOf({ scenarios, seed })) }).toMatchObject({
        seed: other,
        isSame: true,
      });
  });

  test('what happened is told whole, whatever the seed', () => {
    for (const seed of [prediction.runs.seed, 1, 2, 3, 4, 5])
      expect(prediction.happened(outcomesOf({ ...prediction.runs, seed }))).not.toMatch(/NaN|undefined|Infinity|null|\[object/);
  });

  test('the request that it goes through is there', () => {
    expect(explain(request)).toBeDefined();
  });

  test('its world plays at both ends of every knob', () => {
    for (const { scenario } of stage.sides)
      for (const changed of tries.knobs.flatMap((knob) => endsOf(knob, scenario))) {
        expect(measureShortly(changed).requests).toBeGreaterThan(0);
      }
  });

  test('the code that it is about is there, and its sources have addresses', () => {
    for (const path of code)
      expect({ path, isThere: existsSync(new URL(`../../${path}`, import.meta.url)) }).toEqual({ path, isThere: true });
    expect(code).not.toEqual([]);
    expect(sources).not.toEqual([]);
    for (const { url } of sources) expect(url).toMatch(/^https:\/\//);
  });
});

/** All that a reader reads before and besides what happened. */
function textsOf({ question, look, prediction, keys, why, tries, own }: Chapter): string[] {
  const options = prediction.kind === 'choice' ? prediction.options.map(({ label }) => label) : [];
  return [question, look, prediction.prompt, ...options, keys?.text ?? '', why, tries.text, own.text].map(bare);
}

/** Words without marks, with single spaces. */
function bare(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(?:nbsp|thinsp|#8239);/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

/** Figures that stand alone: `0.25`, `1,000`; not those of names, such as `p99` and `origin-2`. */
function figuresIn(text: string): string[] {
  return bare(text).match(/(?<![\w./-])\d+(?:[.,]\d+)*/g) ?? [];
}

/** Whether an answer counts as the one that a page gives, by the page's own measure. */
function comparison(prediction: Prediction, here: Outcomes, there: Outcomes): { isSame: boolean; answer: unknown; expected: unknown } {
  if (prediction.kind === 'choice') {
    const [answer, expected] = [prediction.answer(here), prediction.answer(there)];
    return { isSame: answer === expected && prediction.options.some(({ id }) => id === answer), answer, expected };
  }
  if (prediction.kind === 'slider') {
    const [answer, expected] = [prediction.answer(here), prediction.answer(there)];
    const isOnSlider = expected >= prediction.from && expected <= prediction.to;
    return { isSame: isOnSlider && isNear(answer, expected, prediction.tolerance), answer, expected };
  }
  const { most, isLogarithmic = false } = prediction.y;
  const scale = { from: isLogarithmic ? most / 1000 : 0, to: most, isLogarithmic };
  const [answer, expected] = [prediction.answer(here), prediction.answer(there)];
  const off = answer.map((value, place) => Math.abs(placeOf(value, scale) - placeOf(expected[place] ?? Number.NaN, scale)));
  const isWhole = expected.length === prediction.x.values.length && expected.every(Number.isFinite);
  return { isSame: isWhole && off.reduce((sum, one) => sum + one, 0) / off.length < nearLine, answer, expected };
}

/** A world with a knob turned as far as it goes, either way; or each choice of it. */
function endsOf(knob: Knob, scenario: Scenario): Scenario[] {
  return knob.kind === 'range'
    ? [knob.from, knob.to].map((value) => knob.apply(scenario, value))
    : knob.options.map((option) => knob.apply(scenario, option));
}

/** The first ten seconds of a world are enough to see that it plays. */
function measureShortly(scenario: Scenario): Outcome {
  return play({ scenarios: { short: { ...scenario, seconds: Math.min(10, scenario.seconds) } }, seed: 1 })['short'] as Outcome;
}
