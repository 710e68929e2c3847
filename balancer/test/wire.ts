import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/**
 * Sends bytes as they stand to a server that may not listen yet, and resolves with all that comes back until the
 * connection closes. Where `then` is given, its bytes follow once what came back matches `until`.
 */
export async function onTheWire(server: Server, bytes: string, until?: RegExp, then = ''): Promise<string> {
  const socket = connect(await portOf(server), '127.0.0.1').setEncoding('latin1');
  let seen = '';
  let rest = then;
  socket.on('data', (text: string) => {
    seen += text;
    if (!until?.test(seen)) return;
    socket.write(rest);
    rest = '';
  });
  socket.write(bytes);
  await once(socket, 'close');
  return seen;
}

/** The port of a server on loopback; starts it where it doesn't listen yet. */
export async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}
