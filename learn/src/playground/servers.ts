import { button, make } from '../../../balancer/src/admin/dashboard/elements.ts';
import type { Change, Field } from './fields.ts';
import { mostServers, serverLimits } from './limits.ts';
import type { Server, Setup } from './setup.ts';

/** The origins, a row each. */
export function serverTable(change: Change): Field {
  const body = make('tbody');
  const heads = ['origin', 'ms a request', 'workers', 'its queue', 'weight', ''];
  const head = make('tr', {}, ...heads.map((text) => make('th', { scope: 'col' }, text)));
  const table = make('table', { class: 'servers' }, make('thead', {}, head), body);
  let shown: Setup | undefined;
  const add = button('Add an origin', () => {
    const last = shown?.servers.at(-1);
    if (shown && last && shown.servers.length < mostServers) change({ servers: [...shown.servers, last] });
  });
  const show = (setup: Setup) => {
    shown = setup;
    add.disabled = setup.servers.length >= mostServers;
    body.replaceChildren(...setup.servers.map((server, place) => rowOf(server, place, setup, change)));
  };
  const wide = make('div', { class: 'wide', tabindex: 0, role: 'group', 'aria-label': 'Origins' }, table);
  return { element: make('fieldset', { class: 'group origins' }, make('legend', {}, 'Who works'), wide, add), show };
}

function rowOf(server: Server, place: number, { servers, faults }: Setup, change: Change): HTMLElement {
  const set = (changes: Partial<Server>) => change({ servers: servers.map((one, n) => (n === place ? { ...one, ...changes } : one)) });
  const cell = (name: 'pace' | 'workers' | 'weight') =>
    make(
      'td',
      {},
      inputOf(`origin-${place + 1}, ${name}`, name, server[name], (value) => set({ [name]: value ?? 1 })),
    );
  const queue = inputOf(`origin-${place + 1}, queue; empty for any number`, 'queue', server.queue, (value) => set({ queue: value }));
  const remove = button('Remove', () => {
    const kept = faults
      .filter(({ origin }) => origin !== place)
      .map((fault) => (fault.origin > place ? { ...fault, origin: fault.origin - 1 } : fault));
    change({ servers: servers.filter((_, n) => n !== place), faults: kept });
  });
  remove.classList.add('small', 'quiet');
  remove.setAttribute('aria-label', `Remove origin-${place + 1}`);
  remove.disabled = servers.length === 1;
  const name = make('th', { scope: 'row', 'data-tint': place % 8 }, `origin-${place + 1}`);
  return make('tr', {}, name, cell('pace'), cell('workers'), make('td', {}, queue), cell('weight'), make('td', {}, remove));
}

function inputOf(label: string, name: keyof Server, value: number | null, set: (value: number | null) => void): HTMLInputElement {
  const { least, most, step } = serverLimits[name];
  const input = make('input', { type: 'number', min: least, max: most, step, value: value ?? '', 'aria-label': label, placeholder: 'any' });
  input.addEventListener('change', () => {
    const isEmpty = input.value === '' && name === 'queue';
    if (isEmpty) set(null);
    else if (input.valueAsNumber >= least && input.valueAsNumber <= most) set(input.valueAsNumber);
    else input.value = String(value ?? '');
  });
  return input;
}
