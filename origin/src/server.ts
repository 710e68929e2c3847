import { createServer, type Server, type ServerResponse } from 'node:http';
import { LoadMeter } from './load.ts';

/**
 * The TypeScript port of the ten-line Go origin: any method on any path answers `origin server response :PORT` and prints
 * one line. Only paths under `/_origin/` are its own, and print nothing: `health`, and `load`, which a balancer may ask for.
 * `print` takes each line; `now` tells the time.
 */
export function createOrigin(print: (line: string) => void, now: () => Date): Server {
  const meter = new LoadMeter(() => performance.now());
  return createServer((req, res) => {
    const path = (req.url ?? '').split('?', 1)[0] ?? '';
    if (path === '/_origin/health') {
      answer(res, 200, 'ok\n');
    } else if (path === '/_origin/load') {
      answer(res, 200, JSON.stringify(meter.read()), 'application/json');
    } else if (path.startsWith('/_origin/')) {
      answer(res, 404, '404 Not Found: the origin answers /_origin/health, /_origin/load, and everything outside /_origin/\n');
    } else {
      res.once('close', meter.begin());
      print(`[origin server] received request: ${now().toISOString()}`);
      answer(res, 200, `origin server response :${req.socket.localPort}`);
    }
  });
}

function answer(res: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  res.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
}

/** Stops accepting, closes idle connections and lets running requests finish. Resolves when the last connection is closed. */
export async function stop(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  // Connections that were busy become idle one by one, and nothing announces it.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await promise;
  clearInterval(sweep);
}
