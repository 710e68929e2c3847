import { once } from 'node:events';
import { get } from 'node:http';
import type { Children, Command } from './children.ts';
import { ensureFree } from './measure.ts';

/** A server that is started to see how long that takes. */
export interface Starter {
  readonly name: string;
  readonly command: Command;
  /** The port of 127.0.0.1 that it will listen on. */
  readonly port: number;
}

/** How long a server may take to its first answer, in ms. */
const patience = 15_000;

/** Time between two looks, in ms; so much too late may an answer be seen. */
const pause = 1;

/**
 * Starts a server, and says how many ms after that it gave its first answer of 200 through one of its origins; then ends it. Rejects
 * where it gives none in time.
 */
export async function firstAnswer({ name, command, port }: Starter, children: Children): Promise<number> {
  await ensureFree(port);
  const begun = performance.now();
  const pid = children.start(name, command);
  let seen = await statusOf(port);
  while (seen !== 200 && performance.now() < begun + patience) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    seen = await statusOf(port);
  }
  const taken = performance.now() - begun;
  await children.stop(pid);
  if (seen !== 200) throw new Error(`${name} gave no answer of 200 within ${patience} ms of its start`);
  return taken;
}

/** The status that is answered; nothing where there is no answer, for instance because nobody listens yet. */
async function statusOf(port: number): Promise<number | undefined> {
  try {
    const [answer] = await once(get({ host: '127.0.0.1', port, path: '/small', agent: false, timeout: patience }), 'response');
    answer.resume();
    return answer.statusCode;
  } catch {
    return undefined;
  }
}
