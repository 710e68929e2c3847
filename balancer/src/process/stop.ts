import type { Log } from '../account/log.ts';
import type { Listener } from '../listen/listener.ts';

/** What a stop works with. */
export interface StopParts {
  /** Stops serving clients; resolves when all that ran has ended, or was cut after the drain timeout. */
  readonly stopServing: () => Promise<void>;
  /** Missing where there is no admin port. */
  readonly admin: Listener | undefined;
  /** Whoever probes origins. */
  readonly health: { stop(): void };
  readonly log: Log;
  /** Resolves when the log is written, or after so many ms: nobody may ever read it. */
  readonly flushed: (most: number) => Promise<void>;
}

/** How long a request to the admin side may go on after the last client was served, in ms. */
const farewell = 1000;

/** How long the log may take to be written when all else is done, in ms. */
const lastWords = 1000;

/** Why a balancer stops, and the exit status that this is. */
interface Cause {
  readonly words: string;
  readonly status: 0 | 1;
}

/**
 * Stops the balancer on SIGTERM or SIGINT with exit status 0, and with 1 after an error that no request's handler caught, so
 * that a supervisor starts it again in a known state. Running requests finish first; a second signal or error exits at once.
 * The returned function tells whether a stop has begun.
 */
export function stopOnSignals(parts: StopParts): () => boolean {
  let stopping = false;
  const stop = async ({ words, status }: Cause) => {
    if (stopping) process.exit(1);
    stopping = true;
    parts.log.note(`${words}: stopping once running requests are done`);
    await wind(parts);
    parts.log.note('stopped');
    await parts.flushed(lastWords);
    process.exit(status);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop({ words: signal, status: 0 }));
  process.on('uncaughtException', (error, origin) => {
    parts.log.note(`a mistake inside the balancer (${origin}): ${error instanceof Error ? error.stack : String(error)}`);
    void stop({ words: origin, status: 1 });
  });
  return () => stopping;
}

/** Winds everything down; whoever watches the admin side sees it to the end. */
async function wind({ stopServing, admin, health }: StopParts): Promise<void> {
  await stopServing();
  health.stop();
  const end = setTimeout(() => admin?.cut(), farewell);
  await admin?.stop();
  clearTimeout(end);
}
