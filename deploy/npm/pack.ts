import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emit } from './emit.ts';

// Makes the package that `npx load-balancer-explained` runs, and prints where it is: node deploy/npm/pack.ts [FOLDER]
const root = fileURLToPath(new URL('../..', import.meta.url));
console.log(packed(resolve(process.argv[2] ?? '.')));

/** Packs into a folder; returns the file's path. */
function packed(folder: string): string {
  const content = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    emit(join(root, 'balancer/src'), join(content, 'src'));
    execFileSync(process.execPath, [join(root, 'learn/site/write.ts'), '--out', join(content, 'learn')], { stdio: 'ignore' });
    cpSync(join(root, 'balancer/launch.cjs'), join(content, 'launch.cjs'));
    for (const name of ['README.md', 'LICENSE']) cpSync(join(root, name), join(content, name));
    writeFileSync(join(content, 'package.json'), `${JSON.stringify(description(), null, 2)}\n`);
    const printed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: content, encoding: 'utf8' });
    return join(folder, fileNameIn(printed));
  } finally {
    rmSync(content, { recursive: true });
  }
}

/** The package's package.json: what it needs is what the balancer needs, and nothing else. */
function description(): object {
  const [whole, balancer] = ['package.json', 'balancer/package.json'].map((name) => JSON.parse(readFileSync(join(root, name), 'utf8')));
  const { name, version, description: about, license, keywords } = whole;
  const { type, engines, dependencies } = balancer;
  return {
    ...{ name, version, description: about, license, keywords, type, engines, dependencies },
    ...{ bin: { [name]: 'launch.cjs' }, files: ['src', 'learn', 'launch.cjs'] },
  };
}

/** npm has printed a list of packages, or since version 12 a map of them. */
function fileNameIn(printed: string): string {
  const [only] = Object.values(JSON.parse(printed)) as { readonly filename: string }[];
  if (!only) throw new Error(`npm pack printed ${printed}`);
  return only.filename;
}
