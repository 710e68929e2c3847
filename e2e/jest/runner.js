import { readFileSync } from 'node:fs';
import { createRequire, registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import circus from 'jest-circus/runner';
import OwnRealm from './environment.js';

const require = createRequire(import.meta.url);
const root = new URL('../../', import.meta.url).href;
const packages = new URL('node_modules/', root).href;
const events = Symbol.for('EVENT_HANDLERS');
const given = Symbol.for('what @jest/globals gives to the test file that begins');
/** Without its types, each of our files that was loaded. */
const stripped = new Map();
let files = 0;

// Each test file has copies of its own of all our modules, told from others' by a number behind their names: no file sees what another
// has done to them, and hooks that a module adds count for every file that imports it.
registerHooks({
  resolve(name, context, next) {
    const copy = /\?file=\d+$/.exec(context.parentURL ?? '')?.[0] ?? '';
    if (copy && name === '@jest/globals') return { url: `jest:globals${copy}`, shortCircuit: true };
    const found = next(name, context);
    const isOurs = found.url.startsWith(root) && !found.url.startsWith(packages) && found.url.endsWith('.ts');
    return isOurs ? { ...found, url: found.url + copy } : found;
  },
  load(url, context, next) {
    if (url.startsWith('jest:globals')) {
      return {
        format: 'module',
        source: `export const { ${Object.keys(globalThis[given])} } = globalThis[Symbol.for('${given.description}')];`,
        shortCircuit: true,
      };
    }
    return url.includes('?file=') ? { format: 'module', source: withoutTypes(fileURLToPath(url)), shortCircuit: true } : next(url, context);
  },
});

/** The file as Node itself would run it. */
function withoutTypes(file) {
  if (!stripped.has(file)) stripped.set(file, stripTypeScriptTypes(readFileSync(file, 'utf8')));
  return stripped.get(file);
}

/** Runs a test file as `jest-circus` does, but that Node loads its modules, unless it asks for a realm. */
export default function run(globalConfig, config, environment, runtime, testFile, tell) {
  if (environment instanceof OwnRealm) loadNatively(runtime, testFile);
  return circus.default(globalConfig, config, environment, runtime, testFile, tell);
}

/** Has Node load the modules of a test file, where Jest would load each of them anew into a realm. */
function loadNatively(runtime, testFile) {
  Object.assign(runtime, {
    // Its state begins anew with each file.
    requireInternalModule: (file) => {
      delete globalThis[events];
      delete require.cache[file];
      return require(file);
    },
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (file) => {
      globalThis[given] = runtime.requireModuleOrMock(testFile, '@jest/globals');
      return import(`${pathToFileURL(file)}?file=${++files}`);
    },
  });
}
