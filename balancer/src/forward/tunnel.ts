import type { Duplex } from 'node:stream';

/** Joins two connections until both are closed. Either side's end or failure becomes the other's. Resolves then; never rejects. */
export function tunnel(one: Duplex, other: Duplex): Promise<void> {
  return Promise.all([flow(one, other), flow(other, one)]).then(() => {});
}

function flow(from: Duplex, to: Duplex): Promise<void> {
  from.pipe(to);
  from.on('error', () => {});
  return new Promise((resolve) => {
    from.once('close', () => {
      if (to.writable) to.end();
      else to.destroy();
      resolve();
    });
  });
}
