import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import type { Origin } from '../src/brain/select/origin.ts';

/** A real origin on a port of its own, in this process. */
export interface TestOrigin {
  readonly origin: Origin;
  readonly port: number;
  /** The server, for what else can be asked of it. */
  readonly server: Server;
  /** Every request that arrived, in order. */
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

/** Starts an origin; without a handler it answers every request with its port. */
export async function startOrigin(handler?: RequestListener): Promise<TestOrigin> {
  const requests: IncomingMessage[] = [];
  const server = createServer((req, res) => {
    requests.push(req);
    if (handler) handler(req, res);
    else res.end(String(req.socket.localPort));
  });
  const port = await listenOnAnyPort(server);
  return {
    origin: originAt(port),
    port,
    server,
    requests,
    close: () => {
      server.closeAllConnections();
      return closed(server);
    },
  };
}

/** Ports that nobody listens at, and that the system gives to nobody who asks for any free one. */
const deadPorts = [2, 3, 4, 6, 8, 10, 12, 14, 16];
let deaths = 0;

/** An origin that refuses every connection; each call in a row gives another. */
export function deadOrigin(): Origin {
  deaths += 1;
  return originAt(deadPorts[deaths % deadPorts.length] as number);
}

/** Starts an origin that reads what arrives and writes `reply` as it stands, then closes: for answers that Node would not send. */
export async function startRawOrigin(reply: string): Promise<TestOrigin> {
  const server = createNetServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(reply));
  });
  const port = await listenOnAnyPort(server as Server);
  return { origin: originAt(port), port, server: server as Server, requests: [], close: () => closed(server as Server) };
}

export function originAt(port: number): Origin {
  return { id: `127.0.0.1:${port}`, url: new URL(`http://127.0.0.1:${port}`), weight: 1, backup: false };
}

async function listenOnAnyPort(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
