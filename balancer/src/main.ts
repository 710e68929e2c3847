import { readFileSync } from 'node:fs';
import { createLog, type Log } from './account/log.ts';
import { createAdmin } from './admin/app.ts';
import { trustIn } from './admit/trust.ts';
import { WaitingRoom } from './admit/waiting-room.ts';
import { createApp } from './app.ts';
import { help } from './config/help.ts';
import type { Config } from './config/options.ts';
import { type Command, ConfigError, readCommand } from './config/read.ts';
import { UndiciTransport } from './forward/undici-transport.ts';
import { Listener } from './listen/listener.ts';
import { Pool } from './pool/pool.ts';
import { policies } from './select/policies.ts';

const command = readCommandOrExit();
if (command.kind === 'help') console.log(help());
else if (command.kind === 'version') console.log(version());
else await run(command.config);

function readCommandOrExit(): Command {
  try {
    return readCommand(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(['balancer: this configuration cannot be used', ...error.problems].join('\n  '));
    process.exit(2);
  }
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

async function run(config: Config): Promise<void> {
  const log = createLog(config.log, (line) => process.stdout.write(line));
  const now = () => performance.now();
  const pool = new Pool(config.origins, config.maxConnections);
  const policy = policyNamed(config.policy, now);
  const timeouts = { connect: config.connectTimeout, response: config.responseTimeout, idle: config.idleTimeout };
  const transport = new UndiciTransport(timeouts, config.maxConnections);
  let stopping = false;

  const room = new WaitingRoom({
    places: config.origins.length * config.maxConnections,
    maxWaiting: config.maxWaiting,
    maxWait: config.waitTimeout,
  });
  const app = createApp({
    ...{ pool, policy, transport, room, log, now },
    retries: config.retries,
    patience: config.idleTimeout,
    limits: config,
    trusts: trustIn(config.trustedProxies),
  });
  const road = new Listener(app.handler, config, app.classes);
  const admin = new Listener(createAdmin({ pool, policy: config.policy, ready: () => !stopping }), config);
  const adminPort = config.adminPort === 'off' ? undefined : await listenOrExit(admin, config.adminPort, config.adminHost, '--admin-port');
  const port = await listenOrExit(road, config.port, config.host, '--port');

  const stop = async (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.note(`${signal}: stopping once running requests are done`);
    await road.stop();
    await transport.close();
    if (adminPort !== undefined) await admin.stop();
    log.note('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  announce(log, config, port, adminPort);
}

function policyNamed(name: string, now: () => number) {
  const factory = policies[name];
  if (!factory) throw new Error(`the configuration let an unknown policy through: ${name}`);
  return factory({ random: Math.random, now });
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
