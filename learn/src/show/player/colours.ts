/** The colours of a picture, as the page's style has them now. */
export interface Colours {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly card: string;
  readonly bad: string;
  readonly warn: string;
  /** By an origin's number. */
  readonly tint: (origin: number) => string;
}

/** Reads the colours that hold inside an element: to be done again when light becomes dark. */
export function coloursIn(element: HTMLElement): Colours {
  const probe = document.createElement('span');
  probe.hidden = true;
  element.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const tints = Array.from({ length: 8 }, (_, place) => {
    probe.dataset['tint'] = String(place);
    return read('--tint');
  });
  delete probe.dataset['tint'];
  const colours = {
    ...{ ink: read('--ink'), soft: read('--ink-soft'), line: read('--line-strong'), card: read('--raised') },
    ...{ bad: read('--bad'), warn: read('--warn') },
    tint: (origin: number) => tints[origin % 8] ?? '',
  };
  probe.remove();
  return colours;
}
