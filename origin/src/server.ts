import { createServer, type Server, type ServerResponse } from 'node:http';

/**
 * The TypeScript port of the ten-line Go origin: any method on any path answers `origin server response :PORT` and prints
 * one line. Only paths under `/_origin/` are its own, and print nothing. `print` takes each line; `now` tells the time.
 */
export function createOrigin(print: (line: string) => void, now: () => Date): Server {
  return createServer((req, res) => {
    const path = (req.url ?? '').split('?', 1)[0] ?? '';
    if (path === '/_origin/health') {
      answer(res, 200, 'ok\n');
    } else if (path.startsWith('/_origin/')) {
      answer(res, 404, '404 Not Found: the origin answers /_origin/health, and everything outside /_origin/\n');
    } else {
      print(`[origin server] received request: ${now().toISOString()}`);
      answer(res, 200, `origin server response :${req.socket.localPort}`);
    }
  });
}

function answer(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(body) });
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
