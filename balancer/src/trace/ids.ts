import { randomFillSync } from 'node:crypto';

/** Random bytes are had many at a time: a call for each id would cost more than all else that is done with it. */
const store = Buffer.alloc(4096);
let next = store.length;

/** An id of so many random bytes, in hexadecimal digits. */
function id(bytes: number): string {
  if (next + bytes > store.length) {
    randomFillSync(store);
    next = 0;
  }
  next += bytes;
  return store.toString('hex', next - bytes, next);
}

/** The id of a trace that begins here. All zeros, which would be none, come once in 2^128. */
export function newTraceId(): string {
  return id(16);
}

/** The id of a span. */
export function newSpanId(): string {
  return id(8);
}
