import { explain } from './explain.ts';
import type { LabRequest } from './frame.ts';
import { play } from './play.ts';
import { Session } from './session.ts';

/** Plays what a page asks for: several worlds at a time, each by its name. */
export class Laboratory {
  readonly #sessions = new Map<string, Session>();

  /** Does what is asked, and returns what the page is to get. Throws where a world was never put up. */
  answer(request: LabRequest): unknown {
    switch (request.kind) {
      case 'put':
        this.#sessions.set(request.world, new Session(request.scenario, request.seed));
        return undefined;
      case 'advance':
        return this.#session(request.world).advance(request.to);
      case 'happen':
        return this.#session(request.world).happen(request.happening);
      case 'play':
        return play(request.runs);
      case 'explain':
        return explain(request.request);
    }
  }

  #session(world: string): Session {
    const session = this.#sessions.get(world);
    if (!session) throw new Error(`there is no world ${world}`);
    return session;
  }
}
