import { Server } from 'node:net';

/**
 * Has a server listen; `*` is every interface. Resolves with the port, which the system picked if 0 was asked for. Rejects with the
 * system's error. A port that is `shared` may be listened at by several threads, over which the system spreads connections.
 */
export async function listenAt(server: Server, port: number, host: string, shared: boolean): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port, reusePort: shared, ...(host === '*' ? {} : { host }) }, resolve);
  await promise;
  server.off('error', reject);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a TCP port');
  return address.port;
}

/** Stops accepting, and nothing else: http.Server's own close() would also cut connections whose last response is not yet flushed. Resolves when the last connection that it accepted is closed. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    Server.prototype.close.call(server, () => resolve());
  });
}
