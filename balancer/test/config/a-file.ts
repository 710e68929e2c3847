import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Config } from '../../src/config/options.ts';
import { config, problems } from './reading.ts';

/** A file of settings that a suite writes again and again. */
export function aFile() {
  const folder = mkdtempSync(join(tmpdir(), 'balancer-'));
  const file = join(folder, 'balancer.yml');
  afterAll(() => rmSync(folder, { recursive: true }));
  const written = (text: string) => {
    writeFileSync(file, text);
    return file;
  };
  return {
    written,
    /** The configuration that a file gives, with these flags and this environment beside it. */
    config: (text: string, flags: string[] = [], env: Record<string, string> = {}): Config =>
      config(['--config', written(text), ...flags], env),
    /** The problems of a file, which goes by the name FILE. */
    problems: (text: string, flags: string[] = [], env: Record<string, string> = {}): string[] =>
      problems(['--config', written(text), ...flags], env).map((problem) => problem.replaceAll(file, 'FILE')),
  };
}
