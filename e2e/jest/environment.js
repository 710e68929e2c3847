import { ModuleMocker } from 'jest-mock';
import { compiled } from '../process.ts';

const clock =
  'only a file that begins with "@jest-environment node" may have the clock stand still: elsewhere it is also that of Node and Jest';

/**
 * Where a test file runs: in the worker's own realm, as programs do, and not in one that is made for the file. Express and all other
 * packages are loaded once for all files of a worker. A file leaves the process as it found it: what is easily put back is put back,
 * and one that leaves anything else behind fails.
 */
export default class OwnRealm {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;
  fakeTimersModern = {
    useRealTimers() {},
    useFakeTimers() {
      throw new Error(clock);
    },
  };
  #found = { console: globalThis.console, exit: process.exit, env: { ...process.env }, names: namesNow() };

  async setup() {
    // Jest's own is for code whose lines have moved, which ours have not, and has stacks tell of no error's code.
    delete Error.prepareStackTrace;
    const exit = process.exit;
    process.exit = (status) => exit(status || 1);
    // For threads that tests start.
    process.env.NODE_COMPILE_CACHE = compiled;
  }

  async teardown() {
    const { console, exit, env, names } = this.#found;
    globalThis.console = console;
    process.exit = exit;
    this.moduleMocker.restoreAllMocks();
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    const left = namesNow().filter((name) => !names.includes(name));
    if (left.length > 0) throw new Error(`left behind for the test files that follow: ${left.join(', ')}`);
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return null;
  }
}

/** Everything global, and every listener of the process. */
function namesNow() {
  const listeners = process
    .eventNames()
    .flatMap((event) => process.listeners(event).map((_, index) => `process.on('${String(event)}') ${index + 1}`));
  return [...Object.getOwnPropertyNames(globalThis), ...listeners];
}
