import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Origin, ProxyProtocol } from '../src/brain/select/origin.ts';
import { type Ends, proxyHeaderIn } from '../src/listen/entrance/proxy-header.ts';
import { originAt } from './origins.ts';
import { accept } from './wire/web-sockets.ts';

/** An origin that wants to be told by a PROXY header whom each connection is for, and closes those that don't begin with one. */
export interface ProxiedOrigin {
  readonly origin: Origin;
  /** What each connection began with, in order: a version and the ends of a connection, or nothing in their place. */
  readonly headers: { readonly version: string; readonly ends: Ends | undefined }[];
  /** Which connection each request came by, from 1, with its target. */
  readonly requests: string[];
  /** How many connections are open. */
  open(): number;
  close(): void;
}

/** Starts one, which answers each request with the number of its connection unless told otherwise; over TLS where it shows something. */
export async function startProxiedOrigin(
  proxyProtocol: ProxyProtocol,
  { answer, shows }: { answer?: RequestListener; shows?: ConstructorParameters<typeof TLSSocket>[1] } = {},
): Promise<ProxiedOrigin> {
  const headers: ProxiedOrigin['headers'] = [];
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const numbers = new WeakMap<object, number>();
  const http = createServer((req, res) => {
    requests.push(`${numbers.get(req.socket)} ${req.url}`);
    if (answer) answer(req, res);
    else res.end(`${numbers.get(req.socket)}`);
  });
  http.on('upgrade', (req, socket: Socket) => {
    requests.push(`${numbers.get(req.socket)} ${req.url}`);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n');
    socket.write(`Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.pipe(socket);
  });
  const speak = (socket: Socket, number: number) => {
    const spoken = shows ? new TLSSocket(socket, { isServer: true, ...shows }) : socket;
    numbers.set(spoken, number);
    spoken.on('error', () => {});
    http.emit('connection', spoken);
    spoken.resume();
  };
  const server = createNetServer((socket) => {
    sockets.add(socket.on('error', () => {}).once('close', () => sockets.delete(socket)));
    takeHeader(socket, (version, ends) => {
      headers.push({ version, ends });
      speak(socket, headers.length);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const plain = originAt(port);
  return {
    origin: { ...plain, proxyProtocol, url: shows ? new URL(`https://127.0.0.1:${port}`) : plain.url },
    ...{ headers, requests, open: () => sockets.size },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      http.close();
    },
  };
}

/** Takes the header off a connection and tells what it says; ends one that doesn't begin with one. */
function takeHeader(socket: Socket, then: (version: string, ends: Ends | undefined) => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  const take = (piece: Buffer) => {
    bytes = Buffer.concat([bytes, piece]);
    const header = proxyHeaderIn(bytes);
    if (header.kind === 'wrong') socket.destroy();
    if (header.kind !== 'header') return;
    socket.off('data', take).pause();
    if (bytes.length > header.length) socket.unshift(bytes.subarray(header.length));
    then(bytes[0] === 0x50 ? 'v1' : 'v2', header.ends);
  };
  socket.on('data', take);
}
