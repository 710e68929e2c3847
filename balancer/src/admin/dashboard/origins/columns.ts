import type { Board, LiveOrigin } from '../board.ts';
import { make, mark, say } from '../elements.ts';
import { count, durations, percent, rate, weight } from '../figures.ts';
import { queueInWords } from '../picture/stack.ts';
import { shareInWords } from '../shares.ts';
import type { Cell } from './cell.ts';
import { probeStrip } from './probe-strip.ts';
import { shapeOf } from './states.ts';

/** A column of the table: its heading, what that means, and how a cell of it is made. */
export interface Column {
  readonly heading: string;
  readonly about: string;
  readonly cell: () => Cell;
}

/** All columns that are figures or words, in their order. */
export const columns: readonly Column[] = [
  { heading: 'State', about: 'How it stands, since when and why', cell: stateCell },
  { heading: 'Weight', about: 'Its weight; while it warms up, the lower one that counts now', cell: words(weightOf) },
  { heading: 'Picks', about: 'Picks since the start; its share of the last 10 s beside what its weight would give it', cell: picksCell },
  { heading: 'In flight', about: 'Requests that it works on now; how many of them queue inside it, if it says so', cell: inFlightCell },
  { heading: 'Per s', about: 'Requests a second, over the last 10 s', cell: words(({ recent }) => rate(recent.perSecond)) },
  { heading: 'p50 · p95 · p99', about: 'Time to the first byte over the last 10 s, and over how many requests', cell: latencyCell },
  { heading: 'Answers', about: 'Answers since the start, by class', cell: answersCell },
  { heading: 'Failures', about: 'Attempts without an answer since the start; those that were tried again elsewhere', cell: failuresCell },
  { heading: 'Probes', about: 'The last 20 probes, the latest at the right', cell: probeStrip },
];

/** A cell of two lines, the second one smaller. */
function twoLines(first: (origin: LiveOrigin, board: Board) => string, second: (origin: LiveOrigin, board: Board) => string): () => Cell {
  return () => {
    const top = make('span', { class: 'line' });
    const below = make('span', { class: 'line sub' });
    const show = (origin: LiveOrigin, board: Board) => {
      say(top, first(origin, board));
      say(below, second(origin, board));
    };
    return { content: [top, below], show };
  };
}

function words(text: (origin: LiveOrigin) => string): () => Cell {
  return () => {
    const line = make('span', { class: 'line' });
    return { content: [line], show: (origin) => say(line, text(origin)) };
  };
}

function weightOf({ weight: whole, effectiveWeight, backup, proxyProtocol }: LiveOrigin): string {
  const now = effectiveWeight === whole ? weight(whole) : `${weight(effectiveWeight)} of ${weight(whole)}`;
  return [now, backup && 'backup', proxyProtocol && `PROXY ${proxyProtocol}`].filter(Boolean).join(' · ');
}

function stateCell(): Cell {
  const shape = make('span', { class: 'shape', 'aria-hidden': 'true' });
  const state = make('span');
  const reason = make('span', { class: 'line sub' });
  const line = make('span', { class: 'line state' }, shape, state);
  const show = (origin: LiveOrigin) => {
    say(shape, shapeOf(origin.state));
    say(state, origin.state);
    mark(line, 'data-state', origin.state);
    say(reason, reasonOf(origin));
  };
  return { content: [line, reason], show };
}

/** The summary without the state that stands above it: `12 s: 3 of 3 probes failed`. */
function reasonOf({ state, summary }: LiveOrigin): string {
  return summary.startsWith(`${state} `) ? summary.slice(state.length + 1) : summary;
}

function picksCell(): Cell {
  const lines = twoLines(
    ({ picks }) => count(picks),
    ({ id, expectedShare }, board) => shareInWords(board.shares.of(id), expectedShare),
  )();
  const fill = make('span', { class: 'share-fill' });
  const goal = make('span', { class: 'share-goal' });
  const bar = make('span', { class: 'share', 'aria-hidden': 'true' }, fill, goal);
  const show = (origin: LiveOrigin, board: Board) => {
    lines.show(origin, board);
    fill.style.inlineSize = percent(board.shares.of(origin.id) ?? 0).replace(' ', '');
    goal.style.insetInlineStart = percent(origin.expectedShare).replace(' ', '');
  };
  return { content: [...lines.content, bar], show };
}

function inFlightCell(): Cell {
  return twoLines(
    ({ inFlight }) => count(inFlight),
    ({ id }, { queued }) => queueInWords(queued.get(id) ?? 0),
  )();
}

function latencyCell(): Cell {
  return twoLines(
    ({ recent: { p50, p95, p99 } }) => durations([p50, p95, p99]),
    ({ recent: { n } }) => (n > 0 ? `of ${count(n)}` : 'none lately'),
  )();
}

function answersCell(): Cell {
  return twoLines(
    ({ outcomes }) => `${count(outcomes['2xx'])} × 2xx`,
    ({ outcomes }) =>
      (['1xx', '3xx', '4xx', '5xx'] as const)
        .filter((name) => outcomes[name] > 0)
        .map((name) => `${count(outcomes[name])} × ${name}`)
        .join(' · '),
  )();
}

function failuresCell(): Cell {
  return twoLines(
    ({ outcomes: { connectErrors, timeouts, broken, clientLeft } }) =>
      listed([
        [connectErrors, 'no connection'],
        [timeouts, 'too late'],
        [broken, 'broken off'],
        [clientLeft, 'client left'],
      ]) || 'none',
    ({ retriesAway }) => (retriesAway > 0 ? `${count(retriesAway)} tried again elsewhere` : ''),
  )();
}

function listed(parts: readonly (readonly [n: number, what: string])[]): string {
  return parts
    .filter(([n]) => n > 0)
    .map(([n, what]) => `${count(n)} ${what}`)
    .join(' · ');
}
