import type { Socket } from 'node:net';

/** What is enough of what a client says first: all that came so far is handed to it each time. */
export type IsEnough = (bytes: Buffer) => boolean;

/** Why a client's first bytes are not there: it has ended or left, or it takes too long. */
export type Silence = 'gone' | 'late';

/**
 * Waits for the first bytes on a connection, until there are enough of them, and leaves them there for who reads it next. A client that
 * closes its half has said all: what it said is taken as it is. Nobody else may read the connection, and it must be paused; it is
 * again when this resolves. `isEnough` must be content with some number of bytes, since a client may send without end. `within` is in ms.
 */
export function firstBytes(socket: Socket, isEnough: IsEnough, within: number): Promise<Buffer | Silence> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    const finish = (result: Buffer | Silence) => {
      clearTimeout(timer);
      socket.off('data', take).off('end', end).off('close', leave);
      socket.pause();
      if (bytes.length > 0 && !socket.destroyed && !socket.readableEnded) socket.unshift(bytes);
      resolve(result);
    };
    const take = (piece: Buffer) => {
      bytes = bytes.length === 0 ? piece : Buffer.concat([bytes, piece]);
      if (isEnough(bytes)) finish(bytes);
    };
    const end = () => finish('gone');
    const leave = () => finish('gone');
    const timer = setTimeout(() => finish('late'), within);
    if (socket.destroyed) finish('gone');
    else socket.on('data', take).on('end', end).on('close', leave).resume();
  });
}
