import { readFile } from 'node:fs/promises';
import { withoutTypes } from '../../balancer/src/admin/without-types.ts';

/** The project's top: every path of code is one from here. */
export const top = new URL('../../', import.meta.url);

/** A module as browsers get it. */
export interface Module {
  readonly text: string;
  /** What it can't run without, as paths from the project's top. */
  readonly imports: readonly string[];
  /** What it may load or start later. */
  readonly later: readonly string[];
}

/** A name of a TypeScript file in quotes: something that is imported or started. */
const named = /(['"])(\.[^'"\s]+)\.ts\1/g;

/** Modules and all that they load, by their paths from the project's top. */
export async function modulesFrom(entries: readonly string[]): Promise<ReadonlyMap<string, Module>> {
  const found = new Map<string, Module>();
  const open = [...entries];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    const module = moduleOf(path, await readFile(new URL(path, top), 'utf8'));
    found.set(path, module);
    open.push(...module.imports, ...module.later);
  }
  return found;
}

/** What a module needs, with itself, of modules that have been found: first what is nearest. */
export function closure(path: string, modules: ReadonlyMap<string, Module>, isWithLater = false): ReadonlySet<string> {
  const needed = new Set([path]);
  for (const one of needed) {
    const { imports = [], later = [] } = modules.get(one) ?? {};
    for (const other of isWithLater ? [...imports, ...later] : imports) needed.add(other);
  }
  return needed;
}

/** Where a module is on the site. */
export function placeOf(path: string): string {
  return `code/${path.replace(/\.ts$/, '.js')}`;
}

/** TypeScript as a static file server can serve it: no types, no comments, and names that end with `.js`. */
export function moduleOf(path: string, source: string): Module {
  const text = withoutComments(withoutTypes(source));
  const at = (name: string) => new URL(name, new URL(path, top)).href.slice(top.href.length);
  const all = [...text.matchAll(named)].map(([, , name = '']) => at(`${name}.ts`));
  const first = [...text.matchAll(/^\s*(?:import|export)\b[^'"();]*['"](\.[^'"]+)['"]/gm)].map(([, name = '']) => at(name));
  return { text: text.replaceAll(named, '$1$2.js$1'), imports: first, later: all.filter((one) => !first.includes(one)) };
}

/** Without the lines that only have comments or nothing: readers find the source, with its comments, beside it. */
function withoutComments(text: string): string {
  let isComment = false;
  const kept = text.split('\n').filter((line) => {
    const bare = line.trim();
    const wasComment = isComment;
    if (bare.startsWith('/*')) isComment = true;
    const isLeft = isComment || wasComment || bare === '' || bare.startsWith('//');
    if (isComment && bare.endsWith('*/')) isComment = false;
    return !isLeft;
  });
  return `${kept.map((line) => line.trimEnd()).join('\n')}\n`;
}
