import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What a server shows that it understood the handshake with (RFC 6455 §1.3). */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Starts an origin that says to every request what it was told of it, in JSON, and whose WebSockets say back what they hear. */
export async function startEchoOrigin(): Promise<{ readonly url: string; readonly close: () => void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((req, res) => {
    res.setHeader('Content-Type', req.url === '/' ? 'text/html' : 'application/json');
    res.end(req.url === '/' ? '<!doctype html><title>echo</title>' : JSON.stringify(req.headers));
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', (req, socket: Socket) => {
    const accept = createHash('sha1').update(`${req.headers['sec-websocket-key']}${guid}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('data', (frame: Buffer) => socket.write(echoOf(frame))).on('error', () => {});
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** A client's short frame, of at most 125 bytes and in one piece, as the server sends it: without its mask (RFC 6455 §5.2, §5.3). */
function echoOf(frame: Buffer): Buffer {
  const length = (frame[1] ?? 0) & 0x7f;
  const mask = frame.subarray(2, 6);
  const body = frame.subarray(6, 6 + length).map((byte, place) => byte ^ (mask[place % 4] ?? 0));
  return Buffer.concat([Buffer.of(frame[0] ?? 0, length), body]);
}
