// You are here: 2 of 23 in docs/reading.md. Next: admit/admit.ts.

import { IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type Server as NetServer, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Refusal, refusals } from '../brain/exchange/refusals.ts';
import type { Ahead } from './ahead.ts';
import { type Connection, isBodyTaken, isHandedOver } from './connection.ts';
import { DeafClients } from './deaf-clients.ts';
import { Door } from './door.ts';
import type { Entrance } from './entrance/entrance.ts';
import { Reception } from './entrance/reception.ts';
import { gathering } from './gathering.ts';
import { HalfClosed } from './half-closed.ts';
import { countAlone, type ServerLimits } from './limits.ts';
import { closed, listenAt } from './ports.ts';
import { ReadAhead } from './read-ahead.ts';
import { endOf, speaksAnotherProtocol } from './reading.ts';
import { closeGently, isAboutMessage, type ParserError, type Refused, refusalFor, reject, rejectBody } from './rejection.ts';
import { type MessageClasses, serverOf } from './server.ts';

/** How long a request that was on its way when a stop began may take to arrive, in ms. */
const grace = 500;

/** An HTTP server with limits, that can stop without losing a request. */
export class Listener {
  /** The server, for what else listens to it. */
  readonly server: Server;
  readonly #handler: RequestListener;
  readonly #limits: ServerLimits;
  readonly #door: Door;
  readonly #refused: Refused;
  /**
   * Connections come and go seldom. A Set of the running responses would be rehashed all the time, and the tables that it
   * leaves behind keep finished requests alive until the next full garbage collection.
   */
  readonly #connections = new Map<Socket, Connection>();
  readonly #halfClosed = new HalfClosed();
  readonly #deafClients: DeafClients;
  readonly #readAhead = new ReadAhead(this.#connections, {
    ask: (socket, running) => this.#halfClosed.ask(socket, running),
    ended: (socket, connection) => this.#hearEnd(socket, connection),
    end: (socket) => this.#end(socket),
  });
  readonly #ports: NetServer[] = [];
  #stopping = false;

  /**
   * `classes` are those of the messages that the handler gets; Node's own, with bodies in few pieces, where they are missing. `clients` counts connections
   * where others listen too. The connections of a proxy count as nobody's, since it speaks for many.
   * `refused` hears of what is refused here, as the handler hears of all else.
   */
  constructor(
    handler: RequestListener,
    limits: ServerLimits,
    classes: MessageClasses = { IncomingMessage: gathering(IncomingMessage) },
    clients = countAlone(),
    isProxy: (address: string) => boolean = () => false,
    refused: Refused = () => {},
  ) {
    this.#refused = refused;
    this.#handler = handler;
    this.#limits = limits;
    this.#door = new Door(limits, clients, isProxy, this.#connections, (socket) => this.#end(socket));
    this.#deafClients = new DeafClients(this.#connections, limits.idleTimeout);
    this.server = serverOf(limits, classes, {
      greet: (socket) => this.#greet(socket),
      take: (req, res) => this.#take(req, res),
      mayUpgrade: (socket) => this.#isFree(socket),
      handOver: (socket) => this.#connections.get(socket)?.ahead?.letGo(),
      tunnel: (socket, stream) => this.#refuseTunnel(socket, stream),
      unreadable: (error, socket) => this.#refuse(error, socket),
      refused: (socket, refusal) => this.#refused(socket.remoteAddress ?? '', refusal),
    });
  }

  /** How long a client may take nothing of what waits for it from now on, in ms. */
  set idleTimeout(idleTimeout: number) {
    this.#deafClients.patience = idleTimeout;
  }

  /** Starts listening at one more port; see listenAt. What an `entrance` does there comes before HTTP, and says which is spoken. */
  async listen(port: number, host: string, shared = false, entrance?: Entrance): Promise<number> {
    const server = entrance ? this.#reception().serverBehind(entrance) : this.server;
    const own = await listenAt(server, port, host, shared);
    this.#ports.push(server);
    return own;
  }

  /** Stops accepting, closes idle connections, lets running requests and WebSockets finish. Resolves when the last connection is closed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const ends = this.#ports.map(closed);
    for (const [socket, connection] of this.#connections) this.#wind(socket, connection);
    setTimeout(() => this.#windLate(), grace).unref();
    await Promise.all(ends);
  }

  /** Lets what runs on a connection be its last. */
  #wind(socket: Socket, connection: Connection): void {
    if (connection.elsewhere) connection.elsewhere.wind();
    else if (connection.running > 0) sayLast(isAhead(connection) ? undefined : connection.latest);
    else if (connection.taken > 0 && socket.bytesRead === connection.read) Socket.prototype.destroySoon.call(socket);
  }

  /** Requests that were on their way have had a moment to arrive, and those who first had to agree on HTTP/2 or TLS, to do so. */
  #windLate(): void {
    for (const [socket, connection] of this.#connections) {
      if (connection.elsewhere) connection.elsewhere.wind();
      else if (connection.running === 0) close(socket, connection);
    }
  }

  /** Ends every connection, whatever runs on it; says how many there were. An answer that had begun is seen not to be whole. */
  cut(): number {
    const count = this.#connections.size;
    for (const [socket, { running, latest, elsewhere }] of this.#connections) {
      if (elsewhere) elsewhere.cut();
      else if (running > 0 && latest?.headersSent) socket.resetAndDestroy();
      else socket.destroy();
    }
    return count;
  }

  #reception(): Reception {
    // From here on, Node's server ends headers that take too long on its connections, wherever they came in.
    this.server.emit('listening');
    return new Reception({
      ...{ connections: this.#connections, door: this.#door, refused: this.#refused, forget: (socket) => this.#forget(socket) },
      enter: (socket, turnAway) => this.#enter(socket, turnAway),
      http1: (socket) => void this.server.emit('connection', socket),
    });
  }

  #greet(socket: Socket): void {
    const connection = this.#connections.get(socket) ?? this.#enter(socket, (refusal) => this.#reject(socket, refusal));
    if (!connection) return;
    socket.once('end', () => connection.ahead ?? this.#hearEnd(socket, connection));
    if (this.#readAhead.isTight) this.#readAhead.of(socket, connection);
    // Node calls this after the last response of a connection, which may be the last only since the client says no more.
    socket.destroySoon = () => {
      if (connection.complaint && connection.queue.length === 0 && connection.latest?.shouldKeepAlive)
        this.#reject(socket, connection.complaint);
      else close(socket, connection);
    };
  }

  /** Counts a connection in; where there is no room, it is turned away. */
  #enter(socket: Socket, turnAway: (refusal: Refusal) => void): Connection | undefined {
    // Node gives up its own listener when it hands a connection over (an upgrade, a CONNECT); a reset would then end the process.
    socket.on('error', () => {});
    const entry = this.#door.enter(socket.remoteAddress ?? '');
    if (typeof entry === 'string') {
      turnAway(entry);
      return undefined;
    }
    const connection: Connection = { ...entry, taken: 0, running: 0, queue: [], read: 0 };
    this.#connections.set(socket, connection);
    socket.once('close', () => this.#forget(socket));
    this.#deafClients.watch();
    this.#door.lookAfter();
    return connection;
  }

  /**
   * A client has said its last. What it asked before is answered, and then Node closes (RFC 9112 §9.6); unless it is gone, which looks
   * just the same from here, so that it is asked.
   */
  #hearEnd(socket: Socket, connection: Connection): void {
    const { running, latest, queue } = connection;
    if (running === 0 || !latest || isHandedOver(latest.req)) return;
    const last = queue.at(-1) ?? latest;
    // Behind a declined upgrade, Node's parser doesn't mind.
    if (!last.req.complete) this.#cannotRead(socket, connection, refusals.unreadable);
    if (connection.complaint === undefined) sayLast(last);
    this.#halfClosed.ask(socket, latest);
  }

  #forget(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (!connection) return;
    this.#connections.delete(socket);
    this.#door.leave(connection);
    connection.ahead?.letGo();
    connection.queue.length = 0;
    // Node closes it, unless it has handed the connection over; what runs must end with its connection either way.
    if (connection.running > 0) setImmediate(() => connection.running > 0 && connection.latest?.destroy());
  }

  /** Ends a connection that is in the way of others. */
  #end(socket: Socket): void {
    this.#forget(socket);
    socket.destroy();
  }

  /**
   * Hands a request to the handler when those before it on its connection are answered. One at a time keeps their order (RFC 9112
   * §9.3.2), and gives nobody more places than connections.
   */
  #take(req: IncomingMessage, res: ServerResponse): void {
    const { socket } = req;
    const connection = this.#connections.get(socket);
    if (!connection || connection.complaint) return;
    if (req.headers.upgrade !== undefined && !isHandedOver(req)) this.#decline(connection, res);
    if (speaksAnotherProtocol(req)) this.#complain(socket, connection, refusals.otherProtocol);
    else if (connection.running === 0) this.#run(socket, connection, res);
    else this.#enqueue(socket, connection, res);
  }

  /**
   * Makes a request with an upgrade that it doesn't get the last one of its connection, unless nothing was read behind it: Node's parser
   * stops there, and the rest of that read is lost. Java's client asks for HTTP/2 so with every request, and waits for the answer to each.
   */
  #decline(connection: Connection, res: ServerResponse): void {
    const { req, shouldKeepAlive } = res;
    const end = endOf(req, connection.ahead?.held);
    if (end === req.socket.bytesRead) return;
    sayLast(res);
    if (end !== undefined)
      req.once('end', () => {
        const isLast = this.#stopping || connection.taken === this.#limits.maxRequests;
        if (req.socket.bytesRead === end && !res.headersSent && !isLast) res.shouldKeepAlive = shouldKeepAlive;
      });
  }

  /** Has a request wait for those before it, and makes sure that no more come than one at a time. */
  #enqueue(socket: Socket, connection: Connection, res: ServerResponse): void {
    connection.queue.push(res);
    this.#readAhead.of(socket, connection).parsedOne(socket.bytesRead - connection.read);
  }

  /** Hands a request to the handler, unless it stands behind the last one of its connection. */
  #run(socket: Socket, connection: Connection, res: ServerResponse): void {
    const { req } = res;
    if (socket.writableEnded || socket.destroyed || connection.latest?.shouldKeepAlive === false) return;
    connection.taken += 1;
    connection.running = 1;
    connection.latest = res;
    res.once('close', () => this.#finished(socket, connection));
    const isLast = !isAhead(connection);
    if ((this.#stopping && isLast) || connection.taken === this.#limits.maxRequests) sayLast(res);
    if (isLast && connection.complaint && !req.complete) {
      this.#refused(socket.remoteAddress ?? '', connection.complaint);
      rejectBody(res, connection.complaint);
    } else this.#handler(req, res);
  }

  /** One request of a connection begins in a turn at the most: who sends thousands ahead holds up nobody else. */
  #finished(socket: Socket, connection: Connection): void {
    connection.read = socket.bytesRead - (connection.ahead?.held ?? 0);
    if (connection.ahead) setImmediate(() => this.#goOn(socket, connection, connection.ahead as Ahead));
    else this.#rest(socket, connection);
  }

  #goOn(socket: Socket, connection: Connection, ahead: Ahead): void {
    connection.running = 0;
    const next = connection.queue.shift();
    if (next) this.#run(socket, connection, next);
    if (connection.queue.length === 0) ahead.goOn();
    if (connection.running === 0) this.#rest(socket, connection);
  }

  /** Nothing runs. */
  #rest(socket: Socket, connection: Connection): void {
    connection.running = 0;
    if (connection.complaint) this.#reject(socket, connection.complaint);
    else if (this.#stopping) close(socket, connection);
    else if (connection.isLate) this.#awaitHeader(socket, connection);
  }

  /** The rest of a head is read only now; it has its time from here on. */
  #awaitHeader(socket: Socket, connection: Connection): void {
    connection.isLate = connection.running > 0;
    if (connection.isLate) return;
    const { taken } = connection;
    setTimeout(() => connection.taken === taken && this.#cannotRead(socket, connection, refusals.lateHeader), this.#limits.headerTimeout);
  }

  /** Whether nothing runs or waits on a connection, and it is to go on. */
  #isFree(socket: Socket): boolean {
    const connection = this.#connections.get(socket);
    if (!connection || connection.running > 0 || connection.queue.length > 0) return false;
    return !socket.writableEnded && connection.latest?.shouldKeepAlive !== false;
  }

  /**
   * There are no tunnels here. Node has let go of the connection by now, with all that it did for answers that are on their way: they
   * can't be ended as they should, and are cut.
   */
  #refuseTunnel(socket: Socket, stream: Duplex): void {
    // Where the request has a body, it is no socket but stands before one.
    stream.on('error', () => {});
    if (this.#isFree(socket)) this.#reject(socket, refusals.tunnel);
    else socket.destroy();
  }

  /** Nothing that a client sends after a message that can't be read is ever parsed; what it asked before is still answered. */
  #refuse(error: ParserError, socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (!connection || !isAboutMessage(error)) {
      socket.destroy();
      return;
    }
    if (connection.ahead && error.code === 'ERR_HTTP_REQUEST_TIMEOUT') this.#awaitHeader(socket, connection);
    else this.#cannotRead(socket, connection, refusalFor(error, this.#limits.maxTargetLength));
  }

  /** Ends a connection with a sentence about what came last, be it within a request that is known already. */
  #cannotRead(socket: Socket, connection: Connection, refusal: Refusal): void {
    if (connection.complaint) return;
    this.#complain(socket, connection, refusal);
    const { running, queue, latest } = connection;
    // The handler knows of this request, and hears how it ends.
    if (running === 0 || queue.length > 0 || !latest || latest.req.complete) return;
    // An answer that is whole, though it may not have left yet, is not cut for a body that nobody reads any more.
    if (latest.writableEnded) closeGently(socket);
    else rejectBody(latest, refusal);
  }

  /** Ends a connection with a sentence, once all that was asked before is answered. */
  #complain(socket: Socket, connection: Connection, refusal: Refusal): void {
    connection.complaint = refusal;
    if (connection.running === 0) this.#reject(socket, refusal);
  }

  #reject(socket: Socket, refusal: Refusal): void {
    if (!socket.writable) return;
    this.#refused(socket.remoteAddress ?? '', refusal);
    reject(socket, refusal);
  }
}

/** Closes a connection behind its last answer. An origin that gave that before it had the whole request gets the rest all the same. */
function close(socket: Socket, connection: Connection): void {
  closeGently(socket, () => isBodyTaken(connection));
}

/** Whether more has come than what runs. */
function isAhead({ queue, ahead }: Connection): boolean {
  return queue.length > 0 || (ahead !== undefined && ahead.held > 0);
}

/** Tells the client that the connection closes after this response, where that can still be said. */
function sayLast(res: ServerResponse | undefined): void {
  if (res && !res.headersSent) res.shouldKeepAlive = false;
}
