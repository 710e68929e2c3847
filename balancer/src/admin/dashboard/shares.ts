import { percent } from './figures.ts';

/** How far back shares are counted, in ms. */
const span = 10_000;

interface Sample {
  readonly at: number;
  readonly picks: ReadonlyMap<string, number>;
}

/**
 * Each origin's share of the picks of the last ten seconds. The share since the start would say little: origins come and go,
 * and the expected share is about now.
 */
export class Shares {
  #samples: Sample[] = [];

  /** Notes how often each origin has been picked by now. */
  note(at: number, picks: ReadonlyMap<string, number>): void {
    this.#samples = this.#samples.filter((sample) => sample.at >= at - span && sample.at < at);
    this.#samples.push({ at, picks });
  }

  /** The share from 0 to 1; nothing where nobody was picked. */
  of(id: string): number | undefined {
    const picks = this.#since();
    let all = 0;
    for (const n of picks.values()) all += n;
    return all > 0 ? (picks.get(id) ?? 0) / all : undefined;
  }

  #since(): ReadonlyMap<string, number> {
    const first = this.#samples[0]?.picks;
    const last = this.#samples.at(-1)?.picks ?? new Map<string, number>();
    return new Map([...last].map(([id, n]) => [id, Math.max(0, n - (first?.get(id) ?? n))]));
  }
}

/** A share beside what it should be: `31 %, expected 25 %`, which may be broken into lines at the comma only. */
export function shareInWords(share: number | undefined, expected: number): string {
  const should = `expected ${percent(Math.round(expected * 1000) / 1000)}`;
  const words = share === undefined ? [should] : [percent(Math.round(share * 1000) / 1000), should];
  return words.map((part) => part.replaceAll(' ', '\u00a0')).join(', ');
}
