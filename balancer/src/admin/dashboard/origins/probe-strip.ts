import type { LiveOrigin } from '../board.ts';
import { draw, mark } from '../elements.ts';
import { clock, duration } from '../figures.ts';
import type { Cell } from './cell.ts';

const most = 20;

const outlines = { none: 'M1 17h3', passed: 'M1 4h3v13h-3z', failed: 'M0 11l5 6m0 -6l-5 6' };

/** The last probes as a strip: a tall bar passed, a low hollow one with a cross failed; the latest is at the right. */
export function probeStrip(): Cell {
  const title = draw('title');
  const bars = Array.from({ length: most }, (_, place) => draw('path', { transform: `translate(${place * 6} 0)` }));
  const strip = draw('svg', { class: 'probes', width: most * 6, height: 18, role: 'img' }, title, ...bars);
  const show = ({ probes }: LiveOrigin) => {
    const shown = probes.slice(-most);
    for (const [place, bar] of bars.entries()) {
      const look = lookOf(shown[place - (most - shown.length)]);
      mark(bar, 'd', outlines[look]);
      mark(bar, 'class', look);
    }
    const text = inWords(shown);
    if (title.textContent !== text) title.textContent = text;
    mark(strip, 'aria-label', text);
  };
  return { content: [strip], show };
}

function lookOf(probe: LiveOrigin['probes'][number] | undefined): keyof typeof outlines {
  if (!probe) return 'none';
  return probe.problem === undefined ? 'passed' : 'failed';
}

function inWords(probes: LiveOrigin['probes']): string {
  const last = probes.at(-1);
  if (!last) return 'not probed yet';
  const passed = probes.filter(({ problem }) => problem === undefined).length;
  const result = last.problem === undefined ? `passed in ${duration(last.tookMs)}` : `failed, ${last.problem}`;
  return `${passed} of the last ${probes.length} probes passed; the latest, at ${clock(last.at)}, ${result}`;
}
