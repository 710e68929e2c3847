import type { Ability } from '../../balancer/src/simulate/origin.ts';
import { type Outcome, slowestOf } from './outcome.ts';
import { capacityOf, type Scenario } from './run.ts';

/** What was simulated, in two lines. */
export function scenarioInWords({ origins, load, seconds, clients, timeout }: Scenario, seeds: string): string[] {
  const capacity = capacityOf(origins);
  const [{ workers } = { workers: 0 }] = origins;
  return [
    `${originsInWords(origins)}, ${workers === 1 ? 'one worker' : `${workers} workers`} each, can do ${Math.round(capacity)} requests/s; ${percent(load, 0)} of that come, for ${seconds} s`,
    `${seeds}; ${clients} clients; a request fails after ${timeout / 1000} s`,
  ];
}

function originsInWords(origins: readonly Ability[]): string {
  const paces = [...new Set(origins.map(({ pace }) => pace))];
  const counts = paces.map((pace) => `${origins.filter((origin) => origin.pace === pace).length} of ${pace} ms`);
  return `Origins: ${listed(counts)}`;
}

/** The outcomes as a table, in columns of even width. */
export function tableOf(outcomes: readonly Outcome[], { origins }: Scenario): string[] {
  const slowest = slowestOf(origins);
  const rows = [
    ['policy', 'p50 ms', 'p99 ms', 'p99.9 ms', `to origin-${slowest + 1}`, 'busiest has', 'failed'],
    ...outcomes.map(({ policy, p50, p99, p999, slowestShare, use, failed }) => {
      return [policy, p50.toFixed(1), p99.toFixed(1), p999.toFixed(1), percent(slowestShare, 1), percent(use, 0), percent(failed, 1)];
    }),
  ];
  return aligned(rows);
}

/** Rows of cells in columns of even width. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart((widths[i] ?? 0) + 3))).join(''));
}

/** What the table means, worked out from its figures. */
export function meaningOf(outcomes: readonly Outcome[], { load, origins }: Scenario): string {
  const [over, within] = [outcomes.filter(isOverload), outcomes.filter((outcome) => !isOverload(outcome))];
  const at = `At ${percent(load, 0)} load`;
  const [best] = within.toSorted((a, b) => a.p99 - b.p99);
  if (!best)
    return `${at}, ${verbed(over, 'sends', 'send')} an origin more than it can do, so that its queue grows as long as the load lasts${load > 1 ? '; that cannot be otherwise above 100%' : ''}.`;
  const praise = `${best.policy} has the lowest p99 of ${Math.round(best.p99)} ms`;
  if (over.length === 0) {
    const worst = within.reduce((a, b) => (b.p99 > a.p99 ? b : a));
    return `${at}, no policy sends an origin more than it can do; ${praise}${worst === best ? '' : `, ${worst.policy} the highest of ${Math.round(worst.p99)} ms`}.`;
  }
  const worst = over.reduce((a, b) => (b.use > a.use ? b : a));
  const pace = origins[worst.busiest]?.pace;
  return [
    `${at}, ${verbed(over, 'sends', 'send')} an origin more than it can do (${worst.policy} sends the ${pace} ms origin-${worst.busiest + 1} ${worst.use.toFixed(1)} times as much),`,
    `so that its queue grows as long as the load lasts, while ${verbed(within, 'does', 'do')} not; of these, ${praise}.`,
  ].join(' ');
}

/** Whether an origin was sent more than it can do: its queue then grows as long as the load lasts. */
export function isOverload({ use }: Outcome): boolean {
  return use > 1;
}

/** A part as a percentage. */
export function percent(part: number, digits: number): string {
  return `${(100 * part).toFixed(digits)}%`;
}

function verbed(outcomes: readonly Outcome[], one: string, many: string): string {
  return `${listed(outcomes.map(({ policy }) => policy))} ${outcomes.length === 1 ? one : many}`;
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}
