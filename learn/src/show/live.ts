import type { LessonFigure, LessonReport, LessonResult } from '../../../balancer/src/admin/api.ts';
import { button, make, say } from '../../../balancer/src/admin/dashboard/elements.ts';
import { credentials } from '../../../balancer/src/admin/dashboard/wire/token.ts';

/** Time between two looks at what a check does just now, in ms. */
const lookMs = 400;

/**
 * A button that checks a chapter on the reader's own stack, and what the check finds. Resolves with nothing where no balancer is near:
 * one that serves a page says in it where its API is; and where that balancer is not there for a demonstration.
 */
export async function liveCheck(chapter: number): Promise<HTMLElement | undefined> {
  const api = document.querySelector<HTMLMetaElement>('meta[name="lb-live"]')?.content;
  if (api === undefined) return undefined;
  const path = `${api}/lessons/${chapter}/check`;
  const answer = await fetch(path, { headers: credentials() }).catch(() => undefined);
  // Whoever has not shown the token may check as soon as the dashboard, in this tab, has asked for it.
  if (answer?.status === 401) return make('p', { class: 'hint' }, 'To check this here, sign in on the dashboard first, in this tab.');
  return answer?.ok ? new LiveCheck(path, (await answer.json()) as LessonReport).element : undefined;
}

class LiveCheck {
  readonly element: HTMLElement;
  readonly #path: string;
  readonly #button = button('Check it on your own stack', () => void this.#check());
  /** What happens is told here also to who doesn't see it. */
  readonly #news = make('p', { class: 'news', role: 'status', 'aria-live': 'polite' });
  readonly #found = make('div');

  constructor(path: string, { steps, seconds, last }: LessonReport) {
    this.#path = path;
    const said = make(
      'details',
      {},
      make('summary', {}, `What it does, in about ${seconds} s`),
      make('ol', {}, ...steps.map((step) => make('li', {}, step))),
    );
    this.element = make('div', { class: 'check' }, this.#button, said, this.#news, this.#found);
    if (last) this.#tell(last, 'The last time: ');
  }

  async #check(): Promise<void> {
    this.#button.disabled = true;
    this.#found.replaceChildren();
    say(this.#news, 'It begins …');
    const look = setInterval(() => void this.#look(), lookMs);
    try {
      const answer = await fetch(this.#path, { method: 'POST', headers: credentials() });
      const said = (await answer.json()) as LessonResult & { readonly error?: string };
      clearInterval(look);
      if (answer.ok) this.#tell(said);
      else say(this.#news, `Not now: ${said.error ?? answer.status}.`);
    } catch {
      say(this.#news, 'The balancer gave no answer. Does it still run?');
    } finally {
      clearInterval(look);
      this.#button.disabled = false;
    }
  }

  /** Tells what the check does just now. */
  async #look(): Promise<void> {
    const answer = await fetch(this.#path, { headers: credentials() }).catch(() => undefined);
    const { running } = answer?.ok ? ((await answer.json()) as LessonReport) : { running: null };
    // It may be over by now, and told.
    if (running && this.#button.disabled) say(this.#news, `It ${running.doing} …`);
  }

  #tell({ pass, numbers, sentence }: LessonResult, before = ''): void {
    this.element.dataset['pass'] = String(pass);
    say(this.#news, `${before}${pass ? '✓ It is so.' : '✗ It is not so.'} ${sentence}`);
    this.#found.replaceChildren(...(numbers.length > 0 ? [tableOf(numbers)] : []));
  }
}

function tableOf(numbers: readonly LessonFigure[]): HTMLElement {
  const heads = ['Figure', 'Measured', 'Expected', 'Is it so?'].map((head) => make('th', { scope: 'col' }, head));
  const rows = numbers.map(({ name, measured, expected, ok }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, name),
      make('td', {}, measured === null ? 'nothing' : String(measured)),
      make('td', {}, expected),
      make('td', { 'aria-label': ok ? 'yes' : 'no' }, ok ? '✓' : '✗'),
    ),
  );
  return make('table', { class: 'numbers' }, make('thead', {}, make('tr', {}, ...heads)), make('tbody', {}, ...rows));
}
