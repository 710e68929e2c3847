import { createServer } from 'node:net';

/** Whether several threads can listen at one port here (SO_REUSEPORT): on Linux and FreeBSD they can, on macOS and Windows not. */
export async function canSharePorts(): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once('error', () => resolve(false));
  server.listen({ port: 0, host: '127.0.0.1', reusePort: true }, () => resolve(true));
  const can = await promise;
  server.close();
  return can;
}
