import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The name under which npm has the binary of Node.js for this machine, by itself. */
const binary = `node-${process.platform === 'darwin' && process.arch === 'arm64' ? 'bin-' : ''}${process.platform}-${process.arch}`;

/** Runs npm in a folder, which is made if need be. */
export async function npm(folder: string, ...words: string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await run('npm', [...words, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
}

/** Installs packages into an empty folder, as somebody would who has nothing else there. */
export async function installIn(folder: string, ...packages: string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await npm(folder, 'install', '--omit=dev', '--ignore-scripts', ...packages);
}

/** Gets that version of Node.js; the path of its binary. */
export async function nodeOf(version: string, folder: string): Promise<string> {
  await installIn(folder, `${binary}@${version}`);
  return join(folder, 'node_modules', binary, 'bin/node');
}

/** The bytes of all files in a folder. */
export function sizeOf(folder: string): number {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  return paths.reduce((sum, path) => sum + statSync(path).size, 0);
}
