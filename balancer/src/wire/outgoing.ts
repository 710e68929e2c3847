import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { together } from '../brain/together.ts';
import type { AnswerHead } from './answer-head.ts';
import type { AnswerSink, Asked } from './answer-reader.ts';
import type { Ends } from './proxy-header.ts';

/** A client's connection, to which one to an origin may belong. */
export interface Owner extends Ends {
  once(event: 'close', told: () => void): unknown;
}

/** A request as it leaves for an origin by HTTP/1.1. */
export interface Outgoing extends Asked {
  /** The request line and the fields, each line with its end, and the empty line; one character a byte. */
  readonly head: string;
  readonly body: Buffer | Readable | null;
  /** Whether the body goes in chunks (RFC 9112 §7.1). */
  readonly inChunks: boolean;
  /** The field lines behind the last chunk, each with its end; asked for when the body has ended. */
  readonly trailers: () => string;
  /** Whether it may be sent again although an origin may have acted on it (RFC 9110 §9.2.2). */
  readonly isRepeatable: boolean;
  /** The client's connection. */
  readonly client: Owner;
  /** Whether it logs in its connection: then that carries requests of this client's connection only. */
  readonly logsIn: boolean;
  /** Whether no other request may follow on its connection. */
  readonly isLast: boolean;
}

/** What carries a request, as far as who takes its answer can steer it. */
export interface Carrier {
  /** Whether the client has logged in by its connection, so that its further requests belong there. */
  readonly isLoggedIn: boolean;
  /** Reads no more of the answer until `resume`. */
  pause(taker: Taker): void;
  resume(taker: Taker): void;
  /** Ends the request, and the connection with it; its taker is told this error. */
  abort(taker: Taker, error: Error): void;
}

/** Who has sent a request, and takes what comes of it. What its functions throw is a failure of the request. */
export interface Taker extends Omit<AnswerSink, 'upgraded'> {
  /** This connection carries the request from now on. It is called once more where that one turns out to be stale. */
  carried(by: Carrier): void;
  /** The connection is there, and the request leaves on it. */
  leaves(): void;
  /** The connection is no longer one of HTTP, and the taker's own. */
  upgraded(head: AnswerHead, socket: Duplex): void;
  /** The answer has ended before, and now the request has as well: nothing more happens. */
  done(): void;
  /** There is no (whole) answer, and nothing more happens. */
  failed(error: Error): void;
}

/** Up to how many bytes a body is worth a copy that saves a second write. */
const smallBody = 4096;

/** A request whose body isn't streamed. */
type Whole = Outgoing & { readonly body: Buffer | null };

function write(socket: Socket, { head, body, inChunks, trailers }: Whole): void {
  if (body === null) {
    socket.write(head, 'latin1');
    return;
  }
  const before = inChunks && body.length > 0 ? `${head}${body.length.toString(16)}\r\n` : head;
  const after = inChunks ? `${body.length > 0 ? '\r\n' : ''}0\r\n${trailers()}\r\n` : '';
  if (body.length <= smallBody) {
    socket.write(`${before}${body.toString('latin1')}${after}`, 'latin1');
    return;
  }
  socket.cork();
  socket.write(before, 'latin1');
  socket.write(body);
  if (after) socket.write(after, 'latin1');
  socket.uncork();
}

/**
 * Writes a request whose body isn't streamed, at the end of this turn of the event loop, together with all others: an origin that each
 * write would wake from its sleep is still awake for the next. Its bytes are left to the socket.
 */
export const writeSoon = together(
  (work) => void setImmediate(work),
  ([socket, outgoing]: readonly [Socket, Whole]) => socket.destroyed || write(socket, outgoing),
);
