import type { Socket } from 'node:net';

type Done = (error?: Error | null) => void;

const surviving = new WeakSet<Socket>();

/**
 * Lets a socket be read from after a write has failed. Node's streams throw away what comes then, be it the very answer that says why
 * (a 413, say). `outlives` is told of each failure, and says whether the socket is to go on, for which the stream is told of none.
 */
export function surviveWrites(socket: Socket, outlives: (error: Error) => boolean): void {
  if (surviving.has(socket)) return;
  surviving.add(socket);
  const guarded =
    (done: Done): Done =>
    (error) =>
      done(error && outlives(error) ? null : error);
  const [write, writev] = [socket._write.bind(socket), socket._writev?.bind(socket)];
  socket._write = (chunk, encoding, done) => write(chunk, encoding, guarded(done));
  if (writev) socket._writev = (chunks, done) => writev(chunks, guarded(done));
}
