import type { TrafficOrder, TrafficStatus } from '../api.ts';
import { commandLine, type Tell } from './controls.ts';
import { curlFor, type Order } from './curl.ts';
import { byId, say } from './elements.ts';
import { order } from './orders.ts';
import { hasToken } from './token.ts';
import { count } from './words.ts';

/** Time between two looks while traffic runs, in ms. */
const pause = 1000;

/** The form that makes traffic, so that there is something to see. */
export class Traffic {
  readonly #form = byId<HTMLFormElement>('traffic');
  readonly #tell: Tell;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: Tell) {
    this.#tell = tell;
    const { row, command } = commandLine(this.#start());
    byId('traffic-command').append(row);
    this.#form.addEventListener('input', () => say(command, curlFor(this.#start(), location.host, hasToken())));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#order(this.#start());
    });
    byId('traffic-stop').addEventListener('click', () => void this.#order({ method: 'DELETE', path: '/api/traffic' }));
    for (const quick of document.querySelectorAll<HTMLElement>('[data-traffic]')) {
      const body: object = JSON.parse(quick.dataset['traffic'] ?? '{}');
      quick.addEventListener('click', () => void this.#order({ method: 'POST', path: '/api/traffic', body }));
    }
  }

  /** Shows what runs. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    const status = (await order({ method: 'GET', path: '/api/traffic' }).catch(() => undefined)) as TrafficStatus | undefined;
    if (status) this.#show(status);
  }

  async #order(what: Order): Promise<void> {
    try {
      this.#show((await order(what)) as TrafficStatus);
      this.#tell(what.method === 'DELETE' ? 'traffic stopped' : 'traffic runs');
    } catch (error) {
      this.#tell(`traffic: ${(error as Error).message}`);
    }
  }

  #show({ isRunning, sent, answered, failed, endsAt }: TrafficStatus): void {
    const left = endsAt === null ? '' : `, ${Math.max(0, Math.round((endsAt - Date.now()) / 1000))} s left`;
    const counts = `${count(sent)} sent, ${count(answered)} answered, ${count(failed)} failed`;
    say(byId('traffic-status'), isRunning ? `Running: ${counts}${left}` : sent > 0 ? `Ended: ${counts}` : 'Nothing runs.');
    byId('traffic-stop').toggleAttribute('disabled', !isRunning);
    clearTimeout(this.#timer);
    if (isRunning) this.#timer = setTimeout(() => void this.look(), pause);
  }

  #start(): Order {
    const fields = new FormData(this.#form);
    const number = (name: string) => Number(fields.get(name));
    const amount: TrafficOrder =
      fields.get('kind') === 'burst' ? { burst: number('burst') } : { rate: number('rate'), seconds: number('seconds') };
    const mix = { small: number('small'), upload: number('upload'), download: number('download') };
    return {
      method: 'POST',
      path: '/api/traffic',
      body: { ...amount, clients: number('clients'), seed: number('seed'), mix } satisfies TrafficOrder,
    };
  }
}
