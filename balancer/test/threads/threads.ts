const reveal = `
  subscribe('http.server.request.start', ({ request, response }) => {
    response.setHeader('X-Thread', String(threadId));
    if ('x-hang' in request.headers) setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    if ('x-die' in request.headers) setImmediate(() => { throw new Error('told to die'); });
  });
`;

/**
 * What a process is started with so that a test can tell its threads apart and end one. Every answer has the number of the thread
 * that gave it in `X-Thread`; a request with `X-Die` ends its thread, by a mistake outside of that request, and one with `X-Hang` has
 * its thread do nothing any more.
 */
export const revealed = inEveryThread(reveal);

/** The same, and each thread hears what the main thread tells it a while later than usual. */
export const slowToHear = inEveryThread(`
  ${reveal}
  const { on } = parentPort;
  parentPort.on = (event, listener) => on.call(parentPort, event, (message) => setTimeout(listener, 100, message));
`);

/**
 * The same, and the third thread, which takes the place of one of the first two, may not listen. To the main thread everything takes a
 * hundredth of its time, so that no thread has lived long when it ends, however slow the machine is.
 */
export const onceDeaf = inEveryThread(
  `
  ${reveal}
  const { listen } = Server.prototype;
  Server.prototype.listen = function (...how) {
    if (threadId !== 3) return listen.apply(this, how);
    setImmediate(() => this.emit('error', Object.assign(new Error('no'), { code: 'EMFILE' })));
    return this;
  };
`,
  `
  const { now } = performance;
  performance.now = () => now.call(performance) / 100;
`,
);

/** What a process is started with whose threads end before they serve. */
export const stillborn = inEveryThread(`throw new Error('born dead');`);

/** An environment in which every thread but the main one begins with some code, and that one with its own. */
function inEveryThread(code: string, inMain = '') {
  const imports = `import { subscribe } from 'node:diagnostics_channel'; import { Server } from 'node:net'; import { isMainThread, parentPort, threadId } from 'node:worker_threads';`;
  return {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`${imports} if (isMainThread) { ${inMain} } else { ${code} }`)}`,
  };
}
