import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { site } from './files.ts';

/** How much a page may be with all that it loads, gzipped, in bytes. */
const most = 150_000;

// Writes the course as a folder that any file server can serve: node learn/site/write.ts [--out FOLDER]
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const folder = values.out === undefined ? fileURLToPath(new URL('../dist', import.meta.url)) : resolve(values.out);
const { files, loads } = await site();

if (values.out === undefined) await rm(folder, { recursive: true, force: true });
const sizes = new Map<string, number>();
for (const [path, { bytes }] of files) {
  const content = await bytes();
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
  sizes.set(path, gzipSync(content, { level: 9 }).length);
}

console.log(`${files.size} files in ${folder}; each page with all that it loads, gzipped:`);
for (const [page, loaded] of loads) {
  const size = loaded.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
  console.log(`${(size / 1000).toFixed(1).padStart(7)} kB  ${page}`);
  if (size > most) {
    console.error(`${page} is too big: at most ${most / 1000} kB`);
    process.exitCode = 1;
  }
}
