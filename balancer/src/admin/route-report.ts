import { keyInWords } from '../brain/route/key-source.ts';
import type { Block, FieldChanges, RateLimit, Route, RouteAction } from '../brain/route/route.ts';
import { nameOf } from '../brain/route/route-name.ts';
import type { RouteReport } from './api.ts';

/** A route in words. Of fields it says the names only, since their values may be secrets. */
export function reportOfRoute(route: Route): RouteReport {
  const { number, action } = route;
  return { number, name: nameOf(route), does: doneBy(action), limits: limitsOf(route), changes: changesOf(route), pools: sharesOf(action) };
}

function doneBy(action: RouteAction): string {
  switch (action.kind) {
    case 'pool':
      return `leads to pool ${action.pool}`;
    case 'split': {
      const parts = sharesOf(action).map(({ pool, share }) => `${pool} ${percent(share)}`);
      return `splits: ${parts.join(', ')}, by ${action.key ? keyInWords(action.key) : 'chance'}`;
    }
    case 'redirect':
      return `redirects to ${action.to} (${action.status})`;
    case 'respond':
      return `answers ${action.status}`;
  }
}

function sharesOf(action: RouteAction): RouteReport['pools'] {
  if (action.kind === 'pool') return [{ pool: action.pool, share: 1 }];
  if (action.kind !== 'split') return [];
  const total = action.shares.reduce((sum, { share }) => sum + share, 0);
  return action.shares.map(({ pool, share }) => ({ pool, share: share / total }));
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

function limitsOf({ allow, deny, rateLimit, maxBody }: Route): string[] {
  return [
    ...(allow ? [`only from ${listOf(allow)}`] : []),
    ...(deny ? [`not from ${listOf(deny)}`] : []),
    ...(rateLimit ? [rateInWords(rateLimit)] : []),
    ...(maxBody === undefined ? [] : [`bodies up to ${sizeInWords(maxBody)}`]),
  ];
}

/** Blocks that a cell of a table has room for. */
const mostBlocks = 4;

function listOf(blocks: readonly Block[]): string {
  const shown = blocks.slice(0, mostBlocks).map(({ address, prefix }) => `${address}/${prefix}`);
  const more = blocks.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

function rateInWords({ rate, burst, key }: RateLimit): string {
  const [often, unit] = frequencyOf(rate);
  return `at most ${Number(often.toFixed(2))} ${unit}, ${burst} at once${key ? `, for each ${keyInWords(key)}` : ''}`;
}

/** A rate as it was given: a number for each second, minute or hour. */
function frequencyOf(rate: number): readonly [often: number, unit: string] {
  if (rate >= 1) return [rate, 'a second'];
  return rate * 60 >= 1 ? [rate * 60, 'a minute'] : [rate * 3600, 'an hour'];
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size in the greatest unit of which it is a whole number. */
function sizeInWords(bytes: number, unit = 0): string {
  return bytes % 1024 === 0 && unit < units.length - 1 ? sizeInWords(bytes / 1024, unit + 1) : `${bytes} ${units[unit]}`;
}

function changesOf({ match, stripPrefix, requestFields, answerFields }: Route): string[] {
  const path = stripPrefix ? [`takes ${match.path} off the path`] : [];
  return [...path, ...fieldsIn(requestFields, 'requests'), ...fieldsIn(answerFields, 'answers')];
}

function fieldsIn({ set, remove }: FieldChanges, where: string): string[] {
  const names = Object.keys(set);
  const off = remove.length > 0 ? [`takes ${remove.join(', ')} off ${where}`] : [];
  return names.length > 0 ? [...off, `sets ${names.join(', ')} on ${where}`] : off;
}
