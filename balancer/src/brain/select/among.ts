import type { Candidate } from './candidate.ts';

/** Some of the candidates, by their places in the list: the first `count` of `places`. */
export interface Among {
  readonly places: readonly number[];
  readonly count: number;
}

/** 0, 1, 2 … as far as the longest list so far. */
const allPlaces: number[] = [];

/** All of them. */
export function everyoneOf({ length }: readonly Candidate[]): Among {
  while (allPlaces.length < length) allPlaces.push(allPlaces.length);
  return { places: allPlaces, count: length };
}
