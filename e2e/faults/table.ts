import type { Row, Scenario } from './scenario.ts';

/** A scenario with what its run came to. */
export interface Result {
  readonly scenario: Scenario;
  readonly row: Row;
}

/** The results as a Markdown table. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map(({ scenario: { title }, row: { requests, failures, notes } }) => {
    return `| ${title} | ${requests.toLocaleString('en')} | ${failures} | ${notes} |`;
  });
  return ['| what happens | requests | failures that clients saw | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** A text with another table in place of the one between its marks. Throws where it has no marks. */
export function withTable(text: string, table: string): string {
  const [begin, end] = ['<!-- faults -->', '<!-- /faults -->'];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there is no ${begin} … ${end} to put the table into`);
  return `${text.slice(0, from + begin.length)}\n${table}\n${text.slice(to)}`;
}
