import { button, byId, make, say } from '../../../balancer/src/admin/dashboard/elements.ts';
import { Lab } from '../lab/lab.ts';
import { resultsOf } from '../show/result/results.ts';
import { StageView } from '../show/stage.ts';
import { scenarioFile } from './export.ts';
import { setupForm } from './form.ts';
import { problemsIn } from './limits.ts';
import { BadLink, fromLink, toLink } from './link.ts';
import { presets } from './presets.ts';
import { quiet, type Setup, sidesOf } from './setup.ts';

/** How long a setup must have been left alone before it is played, in ms. */
const restMs = 250;

/** So many ms of the world pass in a second of the reader's. */
const msPerSecond = 250;

const lab = new Lab();
const form = setupForm((changes) => follow({ ...setup, ...changes }));
const note = make('p', { class: 'note', role: 'status' });
let setup: Setup = quiet;
let resting: ReturnType<typeof setTimeout> | undefined;
/** Counts the setups that were played, so that figures of an old one are not shown for the new one. */
let generation = 0;

/** Takes in another setup: shows it, keeps it in the address, and plays it once it has been left alone. */
function follow(wanted: Setup): void {
  const problems = problemsIn(wanted);
  if (problems.length > 0) {
    say(note, problems.join('; '));
    form.show(setup);
    return;
  }
  setup = wanted;
  say(note, '');
  form.show(setup);
  clearTimeout(resting);
  resting = setTimeout(() => void play(), restMs);
}

async function play(): Promise<void> {
  generation += 1;
  const mine = generation;
  history.replaceState(null, '', `#${await toLink(setup)}`);
  const sides = sidesOf(setup);
  byId('stage').replaceChildren(
    new StageView({ sides, seed: setup.seed, msPerSecond, figures: ['p50', 'p99', 'failed', 'attempts', 'share'] }, lab).element,
  );
  const scenarios = Object.fromEntries(sides.map(({ name, scenario }) => [name, scenario]));
  const outcomes = await lab.play({ scenarios, seed: setup.seed });
  if (mine === generation) byId('results').replaceChildren(resultsOf(outcomes, ['latency', 'shares', 'slowness', 'failures', 'queues']));
}

function tools(): HTMLElement {
  const named = make(
    'select',
    { 'aria-label': 'Begin with' },
    make('option', { value: '' }, 'Begin with …'),
    ...Object.keys(presets).map((name) => make('option', { value: name }, name)),
  );
  named.addEventListener('change', () => {
    const preset = presets[named.value];
    if (preset) follow(preset);
  });
  const copy = button('Copy the link', () => void copyLink(), { class: 'primary' });
  const json = button('Save for npm run simulate', () => save('scenario.json', scenarioFile(setup)));
  return make('div', { class: 'stage-bar' }, named, copy, json);
}

async function copyLink(): Promise<void> {
  history.replaceState(null, '', `#${await toLink(setup)}`);
  try {
    await navigator.clipboard.writeText(location.href);
    say(note, 'The link is copied: it holds all of this, and whoever opens it sees the same dots.');
  } catch {
    say(note, 'The address above is the link: copy it from there.');
  }
}

function save(name: string, text: string): void {
  const link = make('a', { href: URL.createObjectURL(new Blob([text], { type: 'application/json' })), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

async function begin(): Promise<void> {
  byId('tools').replaceChildren(tools(), note);
  byId('setup').replaceChildren(form.element);
  if (location.hash.length > 1) {
    try {
      follow(await fromLink(location.hash));
      return;
    } catch (error) {
      if (!(error instanceof BadLink)) throw error;
      follow(quiet);
      say(note, `${error.message}. Here is a quiet afternoon in its place.`);
      return;
    }
  }
  follow(quiet);
}

addEventListener('hashchange', () => void begin());
await begin();
