import { button, draw, make } from '../../../balancer/src/admin/dashboard/elements.ts';
import type { Change, Field } from './fields.ts';
import { mostFaults, troubles } from './limits.ts';
import type { Fault, Setup, Trouble } from './setup.ts';

const size = { width: 640, left: 74, right: 14, row: 26, top: 6 };

/** What is dragged: the whole fault, or its beginning or end. */
type Grip = 'whole' | 'begin' | 'end';

/** Faults in time: a line for each origin, on which faults are dragged; and the same as a table, for keys. */
export function faultTimeline(change: Change): Field {
  const picture = make('div', { class: 'timeline-picture' });
  const rows = make('tbody');
  const heads = ['origin', 'is', 'from s', 'to s', ''].map((text) => make('th', { scope: 'col' }, text));
  const table = make('table', { class: 'faults' }, make('thead', {}, make('tr', {}, ...heads)), rows);
  let shown: Setup | undefined;
  const add = button('Add a fault', () => {
    if (!shown || shown.faults.length >= mostFaults) return;
    const { seconds, faults, servers } = shown;
    const fault: Fault = {
      origin: faults.length % servers.length,
      trouble: 'crashed',
      from: Math.round(seconds / 3),
      to: Math.round(seconds / 2),
    };
    change({ faults: [...faults, fault] });
  });
  const show = (setup: Setup) => {
    shown = setup;
    add.disabled = setup.faults.length >= mostFaults;
    picture.replaceChildren(pictureOf(setup, change));
    rows.replaceChildren(...setup.faults.map((_, place) => rowOf(setup, place, change)));
    table.hidden = setup.faults.length === 0;
  };
  const wide = make('div', { class: 'wide', tabindex: 0, role: 'group', 'aria-label': 'Faults as a table' }, table);
  return { element: make('fieldset', { class: 'group faults' }, make('legend', {}, 'What goes wrong'), picture, add, wide), show };
}

function rowOf(setup: Setup, place: number, change: Change): HTMLElement {
  const { faults, servers, seconds } = setup;
  const fault = faults[place] as Fault;
  const set = (changes: Partial<Fault>) => change({ faults: faults.map((one, n) => (n === place ? { ...one, ...changes } : one)) });
  const name = `fault ${place + 1}`;
  const where = selectOf(
    `${name}, origin`,
    servers.map((_, n) => [String(n), `origin-${n + 1}`] as const),
    String(fault.origin),
    (value) => set({ origin: Number(value) }),
  );
  const what = selectOf(
    `${name}, what`,
    troubles.map((one) => [one, one] as const),
    fault.trouble,
    (value) => set({ trouble: value as Trouble }),
  );
  const from = secondsOf(`${name}, from`, fault.from, 0, fault.to - 0.5, (value) => set({ from: value }));
  const to = secondsOf(`${name}, to`, fault.to, fault.from + 0.5, seconds, (value) => set({ to: value }));
  const remove = button('Remove', () => change({ faults: faults.filter((_, n) => n !== place) }), {
    class: 'small quiet',
    'aria-label': `Remove ${name}`,
  });
  return make('tr', {}, ...[where, what, from, to, remove].map((content) => make('td', {}, content)));
}

function selectOf(
  label: string,
  options: readonly (readonly [string, string])[],
  value: string,
  set: (value: string) => void,
): HTMLSelectElement {
  const select = make('select', { 'aria-label': label }, ...options.map(([id, text]) => make('option', { value: id }, text)));
  select.value = value;
  select.addEventListener('change', () => set(select.value));
  return select;
}

function secondsOf(label: string, value: number, least: number, most: number, set: (value: number) => void): HTMLInputElement {
  const input = make('input', { type: 'number', min: least, max: most, step: 0.5, value, 'aria-label': label });
  input.addEventListener('change', () => {
    if (input.valueAsNumber >= least && input.valueAsNumber <= most) set(input.valueAsNumber);
    else input.value = String(value);
  });
  return input;
}

function pictureOf(setup: Setup, change: Change): SVGSVGElement {
  const { servers, faults, seconds } = setup;
  const height = size.top + servers.length * size.row + 22;
  const svg = draw('svg', {
    viewBox: `0 0 ${size.width} ${height}`,
    class: 'timeline-svg',
    role: 'img',
    'aria-label': `${faults.length} faults over ${seconds} s; the table below has them all`,
  });
  const lines = servers.flatMap((_, place) => {
    const y = middleOf(place);
    return [
      draw('text', { x: 0, y: y + 4 }, `origin-${place + 1}`),
      draw('line', { x1: size.left, x2: size.width - size.right, y1: y, y2: y }),
    ];
  });
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) =>
    draw('text', { x: xOf(part * seconds, seconds), y: height - 6, 'text-anchor': 'middle' }, `${Math.round(part * seconds)} s`),
  );
  svg.append(draw('g', { class: 'grid' }, ...lines, ...marks), ...faults.map((fault, place) => barOf(fault, place, setup, svg, change)));
  return svg;
}

function barOf(fault: Fault, place: number, setup: Setup, svg: SVGSVGElement, change: Change): SVGGElement {
  const { seconds } = setup;
  const [x, end] = [xOf(fault.from, seconds), xOf(fault.to, seconds)];
  const y = middleOf(fault.origin) - 9;
  const bar = draw('rect', { x, y, width: Math.max(6, end - x), height: 18, rx: 5, class: 'bar' });
  const grips = [
    draw('rect', { x: x - 4, y, width: 8, height: 18, class: 'grip' }),
    draw('rect', { x: end - 4, y, width: 8, height: 18, class: 'grip' }),
  ];
  const group = draw(
    'g',
    { class: 'fault', 'data-trouble': fault.trouble },
    bar,
    draw('text', { x: x + 8, y: y + 13 }, end - x > 50 ? fault.trouble : ''),
    ...grips,
  );
  const drag = (grip: Grip) => (event: PointerEvent) => {
    event.preventDefault();
    follow(event, svg, (move) => change({ faults: setup.faults.map((one, n) => (n === place ? moved(fault, grip, move, setup) : one)) }));
  };
  bar.addEventListener('pointerdown', drag('whole'));
  grips[0]?.addEventListener('pointerdown', drag('begin'));
  grips[1]?.addEventListener('pointerdown', drag('end'));
  return group;
}

/** How far a pointer has gone: in s along the line, and in lines. */
interface Move {
  readonly x: number;
  readonly y: number;
}

/** Calls back when the pointer lets go, with how far it went, in the picture's own units; what it holds goes along meanwhile. */
function follow(start: PointerEvent, svg: SVGSVGElement, dropped: (move: Move) => void): void {
  const held = (start.target as Element).closest('.fault') as SVGGElement;
  const scale = size.width / svg.getBoundingClientRect().width;
  const moveOf = (event: PointerEvent): Move => ({
    x: (event.clientX - start.clientX) * scale,
    y: (event.clientY - start.clientY) * scale,
  });
  const along = (event: PointerEvent) => {
    const { x, y } = moveOf(event);
    held.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  };
  const end = new AbortController();
  addEventListener('pointermove', along, { signal: end.signal });
  addEventListener(
    'pointerup',
    (event) => {
      end.abort();
      dropped(moveOf(event));
    },
    { signal: end.signal },
  );
  addEventListener(
    'pointercancel',
    () => {
      end.abort();
      held.removeAttribute('transform');
    },
    { signal: end.signal },
  );
}

/** A fault after a drag: within its time, and at an origin that there is. */
export function moved(fault: Fault, grip: Grip, { x, y }: Move, { seconds, servers }: Setup): Fault {
  const by = (x / (size.width - size.left - size.right)) * seconds;
  const half = (value: number) => Math.round(value * 2) / 2;
  if (grip === 'begin') return { ...fault, from: half(Math.max(0, Math.min(fault.to - 0.5, fault.from + by))) };
  if (grip === 'end') return { ...fault, to: half(Math.max(fault.from + 0.5, Math.min(seconds, fault.to + by))) };
  const long = fault.to - fault.from;
  const from = half(Math.max(0, Math.min(seconds - long, fault.from + by)));
  const origin = Math.max(0, Math.min(servers.length - 1, fault.origin + Math.round(y / size.row)));
  return { ...fault, from, to: from + long, origin };
}

function middleOf(origin: number): number {
  return size.top + origin * size.row + size.row / 2;
}

function xOf(second: number, seconds: number): number {
  return size.left + ((size.width - size.left - size.right) * second) / seconds;
}
