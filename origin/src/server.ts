import { createServer, type Server } from 'node:http';
import { answer } from './answer.ts';
import { Endless } from './endless.ts';
import { Faults } from './faulty.ts';
import { handshakeProblem } from './handshake.ts';
import { Health } from './health.ts';
import { LoadMeter } from './load.ts';
import { ownPaths, webSocketPath } from './own.ts';
import { echoMessages } from './web-socket.ts';

/** What an origin may be given. */
export interface OriginOptions {
  /** Draws from 0 up to 1 what becomes of a request while a fault is in force. */
  readonly random?: () => number;
  /** Ends the process as a crash would. */
  readonly crash?: () => void;
}

/** The event that a server is told with that it stops. */
const stopping = 'stopping';

/**
 * The TypeScript port of the ten-line Go origin: any method on any path answers `origin server response :PORT` and prints
 * one line, unless a fault is in force. Only paths under `/_origin/` are its own (see own.ts): they print nothing but that
 * somebody has changed something. `print` takes each line; `now` tells the time.
 */
export function createOrigin(print: (line: string) => void, now: () => Date, options: OriginOptions = {}): Server {
  const { random = Math.random, crash = () => process.exit(1) } = options;
  const meter = new LoadMeter(() => performance.now());
  const endless = new Endless();
  const faults = new Faults(now, random, (status) => print(`[origin server] ${inForce('fault', status.fault, status.endsAt)}`));
  const health = new Health(now, () => {
    const { status, endsAt } = health.status();
    print(`[origin server] ${inForce('health', endsAt ? status : null, endsAt)}`);
  });
  const answerOwn = ownPaths({ meter, faults, health, endless, now, crash });

  const server = createServer({ shouldUpgradeCallback: (req) => pathOf(req) === webSocketPath && !handshakeProblem(req) }, (req, res) => {
    if (pathOf(req).startsWith('/_origin/')) {
      answerOwn(req, res);
      return;
    }
    print(`[origin server] received request: ${now().toISOString()}`);
    const respond = () => answer(res, 200, `origin server response :${req.socket.localPort}`);
    const { fault } = faults;
    // Who finds no room is not worked on; counted, it would make a full origin look quick.
    if (fault && !faults.suffer(res, respond)) return;
    res.once('close', meter.begin());
    if (!fault) respond();
  });
  server.on('upgrade', (req, socket, head) => echoMessages(req, socket, head, endless));
  server.once(stopping, () => {
    faults.end();
    endless.endAll();
  });
  return server;
}

function pathOf({ url = '' }: { readonly url?: string | undefined }): string {
  return url.split('?', 1)[0] ?? '';
}

/** Says what is in force of a thing that can be changed for a while, and until when. */
function inForce(thing: string, value: unknown, endsAt: Date | undefined): string {
  return endsAt ? `${thing} until ${endsAt.toISOString()}: ${JSON.stringify(value)}` : `${thing} is as usual again`;
}

/** How long a request may take that runs as the origin stops, in ms. */
const patienceMs = 5000;

/**
 * Stops accepting, closes idle connections and lets running requests finish, for `patience` ms at the most. What never ends
 * by itself is ended: faults, event streams, WebSockets. Resolves when the last connection is closed.
 */
export async function stop(server: Server, patience = patienceMs): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.emit(stopping);
  server.close(() => resolve());
  // Connections that were busy become idle one by one, and nothing announces it.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const end = setTimeout(() => server.closeAllConnections(), patience);
  await promise;
  clearInterval(sweep);
  clearTimeout(end);
}
