import { type Attributes, make } from '../elements.ts';
import type { Wish } from './order.ts';

/** The fields of the traffic form. */
export interface Fields {
  readonly element: HTMLElement;
  /** What they say now. */
  readonly wish: () => Wish;
}

/** A steady rate or a burst, of what, from how many clients. */
export function fieldsOf(): Fields {
  const inputs = {
    rate: number({ value: 20, min: 1, max: 10_000 }),
    seconds: number({ value: 60, min: 1, max: 3600 }),
    burst: number({ value: 50, min: 1, max: 10_000 }),
    clients: number({ value: 4, min: 1, max: 1000 }),
    seed: number({ min: 0, placeholder: 'any' }),
    small: number({ value: 1, min: 0 }),
    upload: number({ value: 0, min: 0 }),
    download: number({ value: 0, min: 0 }),
  };
  const steady = make('input', { type: 'radio', name: 'kind', value: 'rate', checked: '' });
  const burst = make('input', { type: 'radio', name: 'kind', value: 'burst' });
  const element = make(
    'div',
    { class: 'traffic-fields' },
    group(
      'How many',
      make(
        'span',
        { class: 'choice' },
        make('label', {}, steady, ' steady'),
        labelled('a second', inputs.rate),
        labelled('for seconds', inputs.seconds),
      ),
      make('span', { class: 'choice' }, make('label', {}, burst, ' burst of'), labelled('at once', inputs.burst)),
    ),
    group(
      'Of what, in which proportion',
      labelled('small GET', inputs.small),
      labelled('POST, 16 KiB', inputs.upload),
      labelled('download, 256 KiB', inputs.download),
    ),
    group('From whom', labelled('clients', inputs.clients), labelled('seed', inputs.seed)),
  );
  inputs.burst.addEventListener('input', () => (burst.checked = true));
  for (const field of [inputs.rate, inputs.seconds]) field.addEventListener('input', () => (steady.checked = true));
  const wish = () => ({
    kind: burst.checked ? ('burst' as const) : ('rate' as const),
    ...{ rate: inputs.rate.value, seconds: inputs.seconds.value, burst: inputs.burst.value, clients: inputs.clients.value },
    ...{ seed: inputs.seed.value, small: inputs.small.value, upload: inputs.upload.value, download: inputs.download.value },
  });
  return { element, wish };
}

function number(attributes: Attributes): HTMLInputElement {
  return make('input', { type: 'number', inputmode: 'numeric', ...attributes });
}

function labelled(name: string, input: HTMLInputElement): HTMLElement {
  return make('label', { class: 'field inline' }, input, ` ${name}`);
}

function group(name: string, ...content: readonly HTMLElement[]): HTMLElement {
  return make('fieldset', {}, make('legend', {}, name), ...content);
}
