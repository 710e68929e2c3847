import { readFileSync } from 'node:fs';

/** The balancer's own version, as its package has it. */
export function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
