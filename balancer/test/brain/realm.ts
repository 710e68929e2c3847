import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { createContext, runInContext, SourceTextModule } from 'node:vm';

// Plays a scenario in a realm that has nothing but the language, and prints what came of it. Usage: realm.ts SCENARIO

/** What the language itself has of time, chance, shared memory and the outside, besides what only tells about code. */
const taken = ['Date', 'SharedArrayBuffer', 'WebAssembly', 'console', 'Intl', 'FinalizationRegistry', 'WeakRef'];

const realm = createContext({}, { codeGeneration: { strings: false, wasm: false } });
runInContext(`${taken.map((name) => `delete globalThis.${name};`).join('')} delete Math.random;`, realm);

const modules = new Map<string, Promise<SourceTextModule>>();

/** The module in a file, stripped of its types, with all that it imports. */
function moduleIn(url: string): Promise<SourceTextModule> {
  const known = modules.get(url);
  if (known) return known;
  const loaded = readFile(new URL(url), 'utf8').then(
    (text) => new SourceTextModule(stripTypeScriptTypes(text, { mode: 'strip' }), { context: realm, identifier: url }),
  );
  modules.set(url, loaded);
  return loaded;
}

const text = `
  import { played } from './played.ts';
  import { storyOf } from '../../src/brain/story/story.ts';
  import { reportOf } from '../../src/brain/story/report.ts';
  export const result = JSON.stringify(played(${process.argv[2]}, 7, storyOf));
  export const decides = typeof reportOf;
`;
const entry = new SourceTextModule(text, { context: realm, identifier: new URL('entry.ts', import.meta.url).href });
await entry.link((specifier, { identifier }) => moduleIn(new URL(specifier, identifier).href));
await entry.evaluate();
console.log((entry.namespace as { readonly result: string }).result);
