import type { Status } from '../api.ts';
import { byId, say } from './elements.ts';

/** Time that several messages are gathered before they are said, in ms. */
const gathering = 600;

/** Says what has changed to people who can't see it, and shows it for a while to those who can. */
export class Announcer {
  readonly #live = byId('announcements');
  #states = new Map<string, string>();
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly tell = (message: string): void => {
    this.#waiting.push(message);
    this.#timer ??= setTimeout(() => {
      say(this.#live, this.#waiting.slice(-4).join('. '));
      this.#waiting = [];
      this.#timer = undefined;
    }, gathering);
  };

  /** Tells of every origin whose state is another than at the last time. */
  compare({ origins }: Status): void {
    const before = this.#states;
    this.#states = new Map(origins.map(({ id, state }) => [id, state]));
    if (before.size === 0) return;
    for (const { id, state, reason } of origins) if (before.get(id) !== state) this.tell(`${id} is ${state}: ${reason}`);
  }
}
