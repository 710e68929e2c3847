import { createServer, type IncomingMessage, type Server, type ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Refusal } from '../brain/exchange/refusals.ts';
import { isTlsGreeting, tlsToPlain } from './entrance/wrong-protocol.ts';
import type { ServerLimits } from './limits.ts';
import type { ParserError } from './rejection.ts';
import { asksForWebSocket, responseOn } from './web-socket.ts';

/** TCP's own: the system finds out who is gone without a word, after so many ms of silence. */
export const tcpKeepAlive = { keepAlive: true, keepAliveInitialDelay: 60_000 };

/** The classes of the messages that a handler gets. */
export type MessageClasses = Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;

/** What happens on a server, for who decides what follows. */
export interface ServerEvents {
  readonly greet: (socket: Socket) => void;
  readonly take: (req: IncomingMessage, res: ServerResponse) => void;
  /** Whether a connection may become a WebSocket now. */
  readonly mayUpgrade: (socket: Socket) => boolean;
  /** A connection is given up by Node; returns what was read of it that Node doesn't know of. */
  readonly handOver: (socket: Socket) => Buffer | undefined;
  readonly tunnel: (socket: Socket, stream: Duplex) => void;
  readonly unreadable: (error: ParserError, socket: Socket) => void;
  /** A connection is closed without a word that its client could read. */
  readonly refused: (socket: Socket, refusal: Refusal) => void;
}

/** Node's HTTP server, which does nothing of its own accord but to read messages, and to end headers that take too long. */
export function serverOf(limits: ServerLimits, classes: MessageClasses, events: ServerEvents): Server {
  const server = createServer(
    {
      ...classes,
      maxHeaderSize: limits.maxHeaderSize + limits.maxTargetLength,
      headersTimeout: limits.headerTimeout,
      // A whole upload may take as long as it keeps moving; the body's own silence is limited elsewhere.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(limits.headerTimeout, 1000),
      // Node would answer it itself, and read on; admit does that.
      requireHostHeader: false,
      keepAliveTimeout: limits.keepAliveTimeout,
      ...tcpKeepAlive,
      shouldUpgradeCallback: (req) => asksForWebSocket(req) && events.mayUpgrade(req.socket),
    },
    events.take,
  );
  // Else Node would close its own half as soon as a client has closed its one, whatever is still to be answered. (Its types forget it.)
  Object.assign(server, { httpAllowHalfOpen: true });
  // Node would silently drop what is over its count; admit counts, and refuses.
  server.maxHeadersCount = 0;
  server.on('connection', events.greet);
  server.on('upgrade', (req: IncomingMessage, socket: Socket, head: Buffer) => {
    const unparsed = events.handOver(socket);
    events.take(req, responseOn(req, socket, unparsed ? Buffer.concat([head, unparsed]) : head, classes.ServerResponse ?? ServerResponse));
  });
  server.on('connect', (req: IncomingMessage, stream: Duplex) => events.tunnel(req.socket, stream));
  // Node would answer it itself, unseen by all who count.
  server.on('checkExpectation', events.take);
  server.on('clientError', (error: ParserError, socket: Socket) => {
    if (!isTlsGreeting(error, socket)) return events.unreadable(error, socket);
    events.refused(socket, tlsToPlain);
    socket.destroy();
  });
  return server;
}
