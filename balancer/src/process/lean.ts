import type * as Http from 'node:http';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Where a package's balancer keeps what it has compiled, and one in this repository. */
const [packaged, inTree] = ['../../.cache', '../../../node_modules/.cache/balancer'];

/** Where this thread keeps what it has compiled for its next start: with the code, so that who may change the one may change the other. */
const compiled = fileURLToPath(new URL(import.meta.url.endsWith('.js') ? packaged : inTree, import.meta.url));

/**
 * Has this thread start as fast and small as it can; to be called before anything else is loaded. What it compiles is kept for the next
 * start when it ends, unless NODE_COMPILE_CACHE names a place for that already; where nothing can be kept, it just starts slower.
 */
export function startLean(): void {
  enableCompileCache(compiled);
  leaveOutWebClient();
}

/**
 * Takes the classes of browsers out of `node:http`. Who imports anything from there has Node look at each of its exports, and a look at
 * these loads the whole of its `fetch`, which nobody here uses: 15 MB and a third of the time that it takes to load `node:http`.
 */
function leaveOutWebClient(): void {
  const http: Partial<typeof Http> = process.getBuiltinModule('node:http');
  for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent'] as const) delete http[name];
}
