import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';

/** A name of a TypeScript file in quotes: something that is imported, started or served. */
const named = /(['"])([^'"\s]+)\.ts\1/g;

/** What a package has no use for: it is run while an image is built. */
const left: ReadonlySet<string> = new Set(['warm.ts']);

/**
 * Writes what a folder of TypeScript is as JavaScript, beside all else that is in it. Types become spaces, so that every line and
 * column stays where it was. Node.js doesn't take types out of what is in node_modules, where packages are.
 */
export function emit(from: string, to: string): void {
  for (const path of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    const source = join(from, path);
    if (!statSync(source).isFile() || left.has(path) || path.endsWith('tsconfig.json')) continue;
    const target = join(to, javaScriptName(path));
    mkdirSync(dirname(target), { recursive: true });
    const isText = ['.ts', '.html'].includes(extname(path));
    if (isText) writeFileSync(target, asJavaScript(readFileSync(source, 'utf8'), extname(path)));
    else cpSync(source, target);
  }
}

function javaScriptName(path: string): string {
  return path.replace(/\.ts$/, '.js');
}

function asJavaScript(text: string, extension: string): string {
  const code = extension === '.ts' ? stripTypeScriptTypes(text, { mode: 'strip' }) : text;
  return code.replaceAll(named, '$1$2.js$1');
}
