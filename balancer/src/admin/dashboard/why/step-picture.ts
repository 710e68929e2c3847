import type { AttemptReport, DecisionReport } from '../../api.ts';
import { draw, mark, say } from '../elements.ts';
import { lookOf } from './origin-look.ts';
import type { Focus, Step } from './steps.ts';

/** Origins that the small picture has room for. */
const mostOrigins = 8;
const width = 560;
const rowHeight = 34;

interface OriginPart {
  readonly id: string;
  readonly group: SVGGElement;
  readonly way: SVGPathElement;
  readonly figures: SVGTextElement;
}

/** The small picture beside the steps: client, balancer and origins, with the part lit up that a step is about. */
export function stepPicture(report: DecisionReport): { element: SVGSVGElement; show: (step: Step) => void } {
  const ids = originsOf(report);
  const height = Math.max(110, ids.length * rowHeight + 12);
  const middle = height / 2;
  const client = node('client', 4, middle, 84);
  const balancer = node('balancer', 150, middle, 96);
  const wayIn = draw('path', { class: 'way', d: `M88 ${middle}H150` });
  const origins = ids.map((id, place) => originPart(id, 23 + place * rowHeight, middle));
  const element = draw('svg', { viewBox: `0 0 ${width} ${height}`, class: 'step-picture', 'aria-hidden': 'true' });
  element.append(wayIn, ...origins.map(({ way }) => way), client, balancer, ...origins.map(({ group }) => group));
  const show = ({ focus, attempt }: Step) => {
    const now = report.attempts[attempt];
    flag(client, 'data-lit', isOneOf(focus, 'client', 'done'));
    flag(wayIn, 'data-lit', isOneOf(focus, 'client', 'done'));
    flag(balancer, 'data-lit', isOneOf(focus, 'route', 'candidates', 'excluded', 'scores', 'pick'));
    for (const origin of origins) showOrigin(origin, focus, now);
  };
  return { element, show };
}

/** The origins of the picture: those that were asked come first if there isn't room for all. */
function originsOf({ attempts, nobody }: DecisionReport): string[] {
  const asked = attempts.map(({ origin }) => origin);
  const known = attempts.flatMap(({ candidates, excluded }) => [...candidates, ...excluded]);
  const all = [...new Set([...known.map(({ id }) => id), ...nobody.map(({ id }) => id), ...asked])];
  if (all.length <= mostOrigins) return all;
  return [...new Set([...asked, ...all])].slice(0, mostOrigins);
}

function showOrigin({ id, group, way, figures }: OriginPart, focus: Focus, attempt: AttemptReport | undefined): void {
  const { isLit, isOut, isFailed, isPicked, figures: words } = lookOf(id, focus, attempt);
  flag(group, 'data-lit', isLit);
  flag(group, 'data-out', isOut);
  flag(group, 'data-failed', isFailed);
  flag(way, 'data-lit', isPicked && focus !== 'pick');
  flag(way, 'data-picked', isPicked);
  say(figures, cut(words, 45));
}

function flag(element: Element, name: string, isSet: boolean): void {
  mark(element, name, isSet ? '' : undefined);
}

function originPart(id: string, y: number, middle: number): OriginPart {
  const figures = draw('text', { x: 326, y: y + 12, class: 'figures' });
  const name = draw('text', { x: 326, y: y - 1 }, cut(id, 30));
  const cross = draw('path', { class: 'cross', d: `M318 ${y}H556` });
  const group = draw(
    'g',
    { class: 'node origin' },
    draw('rect', { x: 318, y: y - 15, width: 238, height: 30, rx: 7 }),
    name,
    figures,
    cross,
  );
  const way = draw('path', { class: 'way', d: `M246 ${middle}C282 ${middle} 282 ${y} 318 ${y}` });
  return { id, group, way, figures };
}

function node(name: string, x: number, y: number, wide: number): SVGGElement {
  const label = draw('text', { x: x + wide / 2, y: y + 4, 'text-anchor': 'middle' }, name);
  return draw('g', { class: 'node' }, draw('rect', { x, y: y - 20, width: wide, height: 40, rx: 8 }), label);
}

function isOneOf(focus: Focus, ...those: readonly Focus[]): boolean {
  return those.includes(focus);
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
