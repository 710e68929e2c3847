import type { Log } from './account/log.ts';
import type { Transport } from './forward/transport.ts';
import type { Health } from './health/health.ts';
import type { Listener } from './listen/listener.ts';
import { duration } from './pool/standing.ts';

/** What a stop works with. */
export interface StopParts {
  readonly road: Listener;
  /** Missing where there is no admin port. */
  readonly admin: Listener | undefined;
  readonly transport: Transport;
  readonly health: Health;
  readonly log: Log;
  /** The longest that requests and WebSockets may go on, in ms. */
  readonly drainTimeout: () => number;
}

/** How long a WebSocket's ends may take to close after they were told to, in ms. */
const farewell = 1000;

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
    process.exit(status);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop({ words: signal, status: 0 }));
  process.on('uncaughtException', (error, origin) => {
    parts.log.note(`a mistake inside the balancer (${origin}): ${error instanceof Error ? error.stack : String(error)}`);
    void stop({ words: origin, status: 1 });
  });
  return () => stopping;
}

/** Winds everything down, in an order in which nothing is lost that can be finished in time. */
async function wind({ road, admin, transport, health, log, drainTimeout }: StopParts): Promise<void> {
  const timeout = drainTimeout();
  const farewells = setTimeout(() => transport.goAway(), timeout);
  const end = setTimeout(() => {
    log.note(`connections cut, still busy after ${duration(timeout)}: ${road.cut()}`);
  }, timeout + farewell);
  await road.stop();
  clearTimeout(farewells);
  clearTimeout(end);
  health.stop();
  await transport.close();
  await admin?.stop();
}
