#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createLog, type Log } from './account/log.ts';
import { createAdmin } from './admin/app.ts';
import { trustIn } from './admit/trust.ts';
import { WaitingRoom } from './admit/waiting-room.ts';
import { createApp } from './app.ts';
import { help } from './config/help.ts';
import { type Config, problemWith } from './config/options.ts';
import { type Command, ConfigError, readCommand } from './config/read.ts';
import { reloader } from './config/reload.ts';
import { watch } from './config/watch.ts';
import type { Transport } from './forward/transport.ts';
import { UndiciTransport } from './forward/undici-transport.ts';
import { Health } from './health/health.ts';
import { Listener } from './listen/listener.ts';
import { limitDrains } from './pool/drain-limit.ts';
import { Pool } from './pool/pool.ts';
import { begin, type Live, type LiveParts, reconfigure, switchPolicy } from './reconfigure.ts';
import { settingsOf } from './settings.ts';
import { stopOnSignals } from './stop.ts';

const command = readCommandOrExit();
switch (command.kind) {
  case 'help':
    console.log(help());
    break;
  case 'version':
    console.log(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);
    break;
  case 'checked':
    console.log(`${command.file} can be used`);
    break;
  case 'run':
    await run(command.config);
}

function readCommandOrExit(): Command {
  try {
    return readCommand(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(['balancer: this configuration cannot be used', ...error.problems].join('\n  '));
    process.exit(2);
  }
}

/** Builds the parts, joins them and starts. */
async function run(config: Config): Promise<void> {
  const now = () => performance.now();
  const log = createLog(config.log, (line) => process.stdout.write(line));
  const secret = config.stickySecret === 'random' ? randomBytes(32).toString('hex') : config.stickySecret;
  const live = begin(config, { now, secret });
  const pool = new Pool(config.origins, settingsOf.pool(config), now);
  const transport = new UndiciTransport(settingsOf.transport(config));
  const room = new WaitingRoom(() => pool.places(), settingsOf.room(config));
  const health = new Health({ roster: pool.roster, settings: () => settingsOf.health(live.config), now, random: Math.random });
  joinRoster(pool, room, transport, live, log);

  const app = createApp({
    ...{ pool, transport, room, log, now },
    rules: () => live.rules,
    observe: (origin, outcome) => health.observe(origin, outcome),
    limits: config,
    trusts: trustIn(config.trustedProxies),
  });
  const road = new Listener(app.handler, config, app.classes);
  const adminApp = createAdmin({
    pool,
    policy: () => live.policyName,
    choosePolicy: (name) => chosenPolicy(live, name, { pool, now }, log),
    unready: () => reasonToWait(isStopping(), health, pool),
  });
  const admin = config.adminPort === 'off' ? undefined : new Listener(adminApp, config);
  const isStopping = stopOnSignals({ ...{ road, admin, transport, health, log }, drainTimeout: () => live.config.drainTimeout });

  const adminPort = admin && (await listenOrExit(admin, Number(config.adminPort), config.adminHost, '--admin-port'));
  const port = await listenOrExit(road, config.port, config.host, '--port');
  void health.start();
  reloadOnChange(config, (next) => reconfigure(live, next, { pool, room, transport, now, secret }), log);
  announce(log, config, port, adminPort);
}

/** Whatever changes in the roster is logged, may make room for those who wait, and readies the policy; what nobody wants is ended. */
function joinRoster(pool: Pool, room: WaitingRoom, transport: Transport, live: Live, log: Log): void {
  const { roster } = pool;
  const adapt = () => {
    room.admit();
    live.rules.policy.prepare?.(pool.candidates([]));
  };
  roster.observe({
    changed: ({ id }, { state, reason }) => {
      log.note(`${id} is ${state}: ${reason}`);
      adapt();
    },
    replaced: adapt,
    gone: (origin) => transport.cut(origin),
  });
  limitDrains(
    roster,
    () => live.config.drainTimeout,
    (origin) => transport.cut(origin),
  );
  adapt();
}

/** Switches the policy by hand; returns what is wrong with the name, if anything is. */
function chosenPolicy(live: Live, name: string, parts: Pick<LiveParts, 'pool' | 'now'>, log: Log): string | undefined {
  const problem = problemWith('policy', name);
  if (problem !== undefined) return problem;
  switchPolicy(live, name, parts);
  log.note(`policy changed by hand: ${name}`);
  return undefined;
}

function reasonToWait(isStopping: boolean, health: Health, pool: Pool): string | undefined {
  if (isStopping) return 'stopping';
  if (!health.knows) return 'probing the origins for the first time';
  return pool.hasReady() ? undefined : 'no origin is ready';
}

function reloadOnChange(config: Config, apply: (config: Config) => void, log: Log): void {
  const reload = reloader(config, { read: readConfigAgain, apply, note: log.note });
  process.on('SIGHUP', () => {
    if (config.config) reload();
    else log.note('SIGHUP: nothing to read again, since there is no --config file');
  });
  if (config.config) watch(config.config, reload);
}

/** The command line and the environment stay; the file may be another. */
function readConfigAgain(): Config {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command.kind !== 'run') throw new Error('the command line changed under a running balancer');
  return command.config;
}

async function listenOrExit(listener: Listener, port: number, host: string, option: string): Promise<number> {
  try {
    return await listener.listen(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? `port ${port} is taken` : `cannot listen on port ${port} of ${host}`;
    console.error(`balancer: ${reason} (${code}); choose another with ${option}`);
    process.exit(1);
  }
}

function announce(log: Log, config: Config, port: number, adminPort: number | undefined): void {
  const origins = config.origins.map(({ id }) => id).join(', ');
  log.note(`listening on port ${port}: ${config.policy} over ${origins}`);
  if (adminPort !== undefined) log.note(`admin on http://${config.adminHost}:${adminPort}`);
}
