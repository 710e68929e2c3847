import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How many looks there are in the time for which a client may take nothing. */
const looks = 8;

/** The shortest time between two looks, in ms. */
const oftenest = 10;

/** What is looked at: connections, each with the response to its latest request. */
type Visits = ReadonlyMap<Socket, { readonly latest?: ServerResponse }>;

/** How much a client had taken when it was looked at, and for how many looks it has taken no more. */
interface Mark {
  readonly written: number;
  readonly queued: number;
  readonly looks: number;
}

/** Node's handle of a socket, which knows how much of a long write is still to be taken; the stream only tells when it is whole. */
type WithHandle = Socket & { readonly _handle?: { readonly writeQueueSize: number } | null };

/** The code of the error with which the response to such a client ends. */
const deaf = 'CLIENT_DEAF';

/** Whether an answer was ended because its client takes nothing. */
export function isDeaf({ errored }: { readonly errored?: NodeJS.ErrnoException | null }): boolean {
  return errored?.code === deaf;
}

/**
 * Ends the connections of clients that take nothing of what waits for them, be it the end of an answer of which the origin has done its
 * part long ago. One timer looks after all; looks are counted and no time is taken, so that nobody is late because this process is.
 */
export class DeafClients {
  readonly #visits: Visits;
  #patience: number;
  #next: NodeJS.Timeout | undefined;
  #marks = new Map<Socket, Mark>();

  /** `patience` is the longest that a client may take nothing, in ms. */
  constructor(visits: Visits, patience: number) {
    this.#visits = visits;
    this.#patience = patience;
  }

  /** Another patience, which counts from the next look. */
  set patience(patience: number) {
    this.#patience = patience;
  }

  /** Looks from time to time, for as long as there are connections. */
  watch(): void {
    if (this.#next) return;
    this.#next = setTimeout(
      () => {
        this.#next = undefined;
        this.#look();
        if (this.#visits.size > 0) this.watch();
      },
      Math.max(oftenest, this.#patience / looks),
    ).unref();
  }

  #look(): void {
    const before = this.#marks;
    this.#marks = new Map();
    for (const [socket, { latest }] of this.#visits) {
      if (socket.writableLength === 0 || isTunnel(latest)) continue;
      const mark = markOf(socket, before.get(socket));
      if (mark.looks < looks) this.#marks.set(socket, mark);
      else end(socket, latest);
    }
  }
}

function markOf(socket: Socket, before: Mark | undefined): Mark {
  const written = socket.bytesWritten - socket.writableLength;
  const queued = (socket as WithHandle)._handle?.writeQueueSize ?? 0;
  const isSame = before?.written === written && before.queued === queued;
  return { written, queued, looks: isSame ? before.looks + 1 : 0 };
}

/** A WebSocket has limits of its own once it is open; its response stays empty. Until then it is a request like any other. */
function isTunnel(latest: (ServerResponse & { readonly req: { readonly upgrade?: boolean } }) | undefined): boolean {
  return latest?.req.upgrade === true && latest.statusCode === 101;
}

/** By a reset: an orderly end could be taken for the end of the answer. */
function end(socket: Socket, latest: ServerResponse | undefined): void {
  socket.resetAndDestroy();
  latest?.destroy(Object.assign(new Error('the client takes nothing'), { code: deaf }));
}
