import { readFileSync } from 'node:fs';
import type { Config } from '../config/options.ts';
import { poolsOf } from '../config/pools.ts';
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
 * How many requests of one order of the dashboard's traffic may be under way under a limit of descriptors. Each takes one for its own end,
 * and there may be two orders at a time.
 */
export function trafficPossible(limit: number): number {
  return Math.max(1, Math.min(2000, Math.floor(limit / 16)));
}

/**
 * How many connections from clients there can be under a limit of descriptors, so that those to origins, probes, the admin port and
 * its traffic never lack one: each request under way takes one more, up to as many as all origins of all pools may have.
 */
export function clientsPossible(limit: number, config: Config): number {
  const { maxClients, adminPort } = config;
  const toOrigins = poolsOf(config).reduce((sum, { settings }) => sum + settings.maxConnections * settings.origins.length, 0);
  const admins = Math.min(settingsOf.adminListener(config).maxClients, limit / 4) + 2 * trafficPossible(limit);
  const rest = limit - own - (adminPort === 'off' ? 0 : admins);
  return Math.max(1, Math.min(maxClients, Math.floor(Math.max(rest / 2, rest - toOrigins))));
}
