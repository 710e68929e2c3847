import { byId, draw, make, say } from '../elements.ts';

/** What the shapes of the picture mean; returns what says how many requests a dot stands for. */
export function legend(): (perDot: number) => void {
  const scale = make('li', { class: 'scale' });
  byId('legend').append(
    entry('circle', 'M3 8a5 5 0 1 0 10 0a5 5 0 1 0 -10 0', 'answered'),
    entry('diamond', 'M8 1L15 8L8 15L1 8Z', 'failed'),
    entry('ring', 'M3 8a5 5 0 1 0 10 0a5 5 0 1 0 -10 0', 'tried again'),
    entry('queued', 'M3 2H13V14H3Z', 'queues at an origin'),
    scale,
  );
  return (perDot) => say(scale, `1 dot = ${perDot === 1 ? '1 request' : `${perDot.toLocaleString('en')} requests`}`);
}

function entry(shape: string, d: string, meaning: string): HTMLElement {
  const picture = draw('svg', { width: 16, height: 16, 'aria-hidden': 'true', class: 'dots' }, draw('path', { d, class: shape }));
  return make('li', {}, picture, meaning);
}
