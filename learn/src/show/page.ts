import type { Chapter, KeysView } from '../chapter.ts';
import { Lab } from '../lab/lab.ts';
import { copyButtons } from './commands.ts';
import { knobsOf } from './knobs.ts';
import { liveCheck } from './live.ts';
import { predict } from './prediction/prediction.ts';
import { projector } from './projector.ts';
import { explainRequest } from './request.ts';
import { StageView } from './stage.ts';

/** Brings a chapter's page to life: what stands there as text already gets its worlds, its question and its knobs. */
async function begin(): Promise<void> {
  const module = document.querySelector<HTMLElement>('[data-module]')?.dataset['module'];
  if (module === undefined) return;
  const { chapter }: { chapter: Chapter } = await import(new URL(module, location.href).href);
  show(chapter, new Lab());
}

function show(chapter: Chapter, lab: Lab): void {
  const stage = new StageView(chapter.stage, lab);
  part('stage')?.replaceChildren(stage.element);
  const happened = part('happened');
  if (happened) part('prediction')?.replaceChildren(predict(chapter.prediction, lab, happened, (isRight) => remember(chapter, isRight)));
  if (chapter.keys) void showKeys(chapter.keys);
  part('knobs')?.replaceChildren(knobsOf(chapter.tries.knobs, (change) => stage.change(change)));
  void liveCheck(chapter.number).then((check) => check && part('live')?.replaceChildren(check));
  const request = part('request');
  if (request) void explainRequest(chapter.request, lab).then((story) => request.replaceChildren(story));
}

/** Few chapters have keys, so the others don't load what shows them. */
async function showKeys(view: KeysView): Promise<void> {
  const { keyGrids } = await import('./keys.ts');
  part('keys')?.replaceChildren(keyGrids(view));
}

function part(name: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-part="${name}"]`);
}

/** Keeps what the reader has done, where the browser keeps anything. */
function remember({ number }: Chapter, isRight: boolean): void {
  try {
    localStorage.setItem(`lb-chapter-${number}`, isRight ? 'right' : 'guessed');
  } catch {
    // A browser may keep nothing; the course works without.
  }
}

copyButtons();
projector();
await begin();
