import type { Connected } from './connection.ts';
import type { Tell } from './controls.ts';
import { byId, html, say } from './elements.ts';
import type { Model } from './model.ts';
import { order } from './orders.ts';
import { keepToken } from './token.ts';
import { count } from './words.ts';

const states: Readonly<Record<Connected, string>> = {
  connecting: '◌ connecting …',
  live: '● live',
  lost: '✕ connection lost, trying again …',
  refused: '✕ a token is needed',
};

/** The bar at the top: the policy, the pause, the connection. */
export class Bar {
  readonly #model: Model;
  readonly #select = byId<HTMLSelectElement>('policy');

  constructor(model: Model, tell: Tell) {
    this.#model = model;
    this.#select.addEventListener('change', async () => {
      const name = this.#select.value;
      try {
        await order({ method: 'PUT', path: '/api/policy', body: { name } });
        tell(`the policy is ${name} now`);
      } catch (error) {
        tell(`policy: ${(error as Error).message}`);
        this.draw();
      }
    });
    byId<HTMLFormElement>('token-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const field = byId<HTMLInputElement>('token');
      keepToken(field.value.trim());
      field.value = '';
    });
  }

  draw(): void {
    const { status } = this.#model;
    if (!status) return;
    const { policies, policy, clients, threads, port } = status;
    if (this.#select.options.length !== policies.length)
      this.#select.replaceChildren(...policies.map((name) => html('option', { value: name }, name)));
    if (document.activeElement !== this.#select) this.#select.value = policy;
    say(byId('clients'), `${count(clients)} connections on :${port}, ${threads === 1 ? '1 thread' : `${threads} threads`}`);
  }

  connected(state: Connected): void {
    const place = byId('connection');
    say(place, states[state]);
    place.dataset['state'] = state;
    byId('token-form').hidden = state !== 'refused';
  }
}
