import { readFileSync } from 'node:fs';
import type { Config } from '../config/options.ts';
import { settingsOf } from '../config/settings.ts';

/** What the process keeps for itself: its files, the log, the threads' event loops, probes, and connections that are just being closed. */
const own = 96;

/** How many descriptors this process may have open, after Node.js raised that as far as it may; infinite where it can't be told. */
export function descriptorLimit(): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * How many connections from clients there can be under a limit of descriptors, so that those to origins, probes and the admin port
 * never lack one: each request under way takes one more, up to as many as all origins may have.
 */
export function clientsPossible(limit: number, config: Config): number {
  const { maxClients, maxConnections, origins, adminPort } = config;
  const admin = adminPort === 'off' ? 0 : settingsOf.adminListener(config).maxClients;
  const rest = limit - own - Math.min(admin, limit / 4);
  return Math.max(1, Math.min(maxClients, Math.floor(Math.max(rest / 2, rest - maxConnections * origins.length))));
}
