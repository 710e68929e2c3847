import { randomBytes } from 'node:crypto';
import type { Log } from './account/log.ts';
import type { Served } from './admin/admin-side.ts';
import { Gate } from './admin/gate.ts';
import { plainAddress } from './admit/address.ts';
import type { Evidence } from './brain/health/evidence.ts';
import { Ledger } from './brain/pool/ledger.ts';
import type { Origin } from './brain/select/origin.ts';
import type { CertificateKeeping, KeepingParts } from './certificate-keeping.ts';
import type { AcmeSettings } from './config/acme.ts';
import { loopsIn, ownAddresses } from './config/loops.ts';
import { type Config, problemWith } from './config/options.ts';
import { origins } from './config/origins.ts';
import { readCommand } from './config/read.ts';
import { reloader } from './config/reload.ts';
import { hasSecretFile } from './config/secret-files.ts';
import { settingsOf } from './config/settings.ts';
import { duration, tryRead } from './config/values.ts';
import { watchedFiles, watcher } from './config/watched-files.ts';
import { adviser } from './forward/reasons.ts';
import { Listener } from './listen/listener.ts';
import type { KeptPool } from './pools/kept-pool.ts';
import { watchLeaks } from './pools/leaks.ts';
import { Pools } from './pools/pools.ts';
import { descriptorLimit, trafficPossible } from './process/descriptors.ts';
import { keepYoungSmall, letYoungGrow } from './process/garbage.ts';
import { stopOnSignals } from './process/stop.ts';
import { version } from './process/version.ts';
import { world } from './process/world.ts';
import type { Ports } from './serve.ts';
import { openLog } from './threads/log-output.ts';
import { ledgerMemory, waits } from './threads/memory.ts';
import { SharedRates } from './threads/shared-rates.ts';
import type { Issued } from './tls/pair.ts';

// What is big is loaded by who needs it: a main thread with others to serve needs not the road.
const road = () => import('./serve.ts');
const crew = () => import('./threads/crew.ts');
const admins = () => import('./admin/admin-side.ts');
const keepings = () => import('./certificate-keeping.ts');

/** Builds the parts, joins them and starts. */
export async function run(config: Config): Promise<void> {
  const begun = world.now();
  const hungUp = hearHangUps();
  const memory = ledgerMemory(config.threads, 0);
  const house = new Ledger(memory, config.threads === 1 ? 0 : config.threads, waits);
  // Node makes them descriptors that don't block when asked for them; what it would write itself, it would keep without a bound.
  const descriptors = { lines: process.stdout.fd, notes: process.stderr.fd };
  const { log, flushed } = openLog(config, descriptors, house);
  const advise = adviser(log.note);
  const current = { config, access: settingsOf.access(config) };
  const pools = new Pools(config, {
    ...{ world, threads: config.threads },
    changed: (pool, { id }, { state, reason }) => {
      log.note(`${pool.calls(id)} is ${state}: ${reason}`);
      advise(id, reason);
    },
    problemWith: (origin) => loopsIn({ ...current.config, origins: [origin] }, ownAddresses())[0],
    overridden: (pool, ids) =>
      log.note(`the configuration overrides what was done by hand or by a deploy: ${ids.map((id) => pool.calls(id)).join(', ')}`),
    cut: (pool, origin) => server.cut(pool, origin),
  });

  const tell = (pool: number, id: string, evidence: Evidence) => {
    advise(id, evidence.problem);
    pools.numbered(pool)?.health.observe(id, evidence);
  };
  const secret = randomBytes(32).toString('hex');
  const instance = randomBytes(8).toString('hex');
  const rates = new SharedRates(config.routes ?? [], world.now);
  const shared = { house, rates, secret, instance, tell, pools: pools.all };
  const server: Server =
    config.threads === 1
      ? new (await road()).Serving(config, { ...shared, log })
      : new (await crew()).Crew(config, { ...shared, memory, note: log.note, descriptors });

  const ports: { public: Ports } = { public: { port: 0 } };
  let keeping: CertificateKeeping | undefined;
  const leaks = watchLeaks(house, pools, log.note);
  const gate = new Gate({
    open: async () =>
      new (await admins()).AdminSide({
        ...{
          pools,
          house,
          now: world.now,
          begun,
          server,
          threads: config.threads,
          mostTraffic: trafficPossible(descriptorLimit()),
          version: version(),
          note: log.note,
        },
        access: () => current.access,
        routes: () => current.config.routes ?? [],
        port: () => ports.public.port,
        host: config.host,
        read: { origins: (list) => tryRead(origins, list), duration: (text) => tryRead(duration, text) },
        choosePolicy: ({ number }, name) => chosenPolicy(server, pools.numbered(number), name, log),
        unready: () => reasonToWait(isStopping(), pools),
        ...{
          leaks,
          acme: () => keeping?.report(),
          certificates: () => [...(current.config.certificates ?? []), ...(keeping?.pairs ?? [])],
        },
      }),
    access: () => current.access,
    after: world.after,
    note: log.note,
  });
  const refused = (client: string, refusal: string) => gate.refused(plainAddress(client), refusal);
  // Node's own messages, since Express makes all others its own, and would lose what they hold by the time that it is loaded.
  const admin =
    config.adminPort === 'off'
      ? undefined
      : new Listener(gate.handler, settingsOf.adminListener(config), {}, undefined, undefined, refused);
  if (admin) gate.limitCrowd(admin.server);
  const stopServing = () => {
    keepYoungSmall();
    gate.endTraffic();
    // Who is held back by a pause would wait until all is cut, and get no answer.
    for (const { pause } of pools.all) pause.end();
    const kept = keeping?.stop();
    return server.stop().then(async () => {
      gate.end();
      await kept;
    });
  };
  const isStopping = stopOnSignals({ stopServing, admin, health: pools, log, flushed });

  const adminPort = admin && (await orExit(placesOf(config).admin, () => admin.listen(Number(config.adminPort), config.adminHost)));
  if (config.acme) keeping = await keepingOrExit(config.acme, { server, instance, note: log.note });
  ports.public = await orExit(placesOf(config).public, () => server.listen(portsOf(config), config.host));
  pools.start();
  const apply = async (next: Config): Promise<void> => {
    // Before anything follows: a configuration is followed whole, or not at all.
    pools.check(next);
    if (next.acme) await keeping?.follow(next.acme);
    current.config = next;
    current.access = settingsOf.access(next);
    if (admin) admin.idleTimeout = next.idleTimeout;
    rates.follow(next.routes ?? []);
    pools.follow(next, () => server.reconfigure(next, pools.all));
    return settle(server, log);
  };
  reloadOnChange(config, apply, log, hungUp);
  announce(log, pools, ports.public, config.adminHost, adminPort);
  keeping?.start();
  if (admin) gate.started();
  letYoungGrow();
}

/** Certificates that come by themselves; where what there is of them can't be read, says why and exits. */
async function keepingOrExit(settings: AcmeSettings, parts: KeepingParts): Promise<CertificateKeeping> {
  const { CertificateKeeping } = await keepings();
  try {
    return await CertificateKeeping.of(settings, parts);
  } catch (error) {
    console.error(`balancer: tls: acme: store: ${settings.store} cannot be used: ${(error as Error).message}`);
    process.exit(2);
  }
}

/** Hears SIGHUP from now on, which would end the process otherwise; whoever asks to be told is told at once of what came before. */
function hearHangUps(): (told: () => void) => void {
  let isOwed = false;
  let tell = () => {
    isOwed = true;
  };
  process.on('SIGHUP', () => tell());
  return (told) => {
    tell = told;
    if (isOwed) told();
  };
}

/** Whoever serves clients: one thread, or a crew of them. Pools are named by their numbers. */
interface Server extends Served {
  listen(ports: Ports, host: string): Promise<Ports>;
  show(issued: Issued): void;
  reconfigure(config: Config, pools: readonly KeptPool[]): void;
  switchPolicy(pool: number, name: string): void;
  cut(pool: number, origin: Origin): void;
  stop(): Promise<void>;
}

/** Resolves once every thread works as it was told until now; those that don't answer are named in the log, and not waited for any longer. */
async function settle(server: Server, log: Log): Promise<void> {
  const silent = await server.settled();
  if (silent.length > 0) log.note(`what follows is not yet so in thread ${silent.join(', ')}, which does not answer`);
}

/** Switches a pool's policy by hand; resolves, once all choose by it, with what is wrong with the name, if anything is. */
async function chosenPolicy(server: Server, pool: KeptPool | undefined, name: string, log: Log): Promise<string | undefined> {
  const problem = problemWith('policy', name);
  if (problem !== undefined) return problem;
  if (!pool) return 'the pool is no more';
  pool.choosePolicy(name);
  server.switchPolicy(pool.number, name);
  await settle(server, log);
  log.note(`${pool.calls('policy')} changed by hand: ${name}`);
  return undefined;
}

function reasonToWait(isStopping: boolean, pools: Pools): string | undefined {
  if (isStopping) return 'stopping';
  if (!pools.knows) return 'probing the origins for the first time';
  return pools.all.some(({ pool }) => pool.hasReady()) ? undefined : 'no origin is ready';
}

function reloadOnChange(config: Config, apply: (config: Config) => Promise<void>, log: Log, hungUp: (told: () => void) => void): void {
  const reload = reloader(config, {
    read: () => readConfigAgain(config, log),
    apply: async (next) => {
      await apply(next);
      follow(watchedFiles(next));
    },
    note: log.note,
  });
  const follow = watcher(() => void reload());
  follow(watchedFiles(config));
  hungUp(() => {
    if (watchedFiles(config).length > 0 || hasSecretFile(config)) void reload();
    else log.note('SIGHUP: nothing to read again, since there is no --config file and no file with a secret or certificates');
  });
}

/** The command line and the environment stay; files may be others. What could not be had at the start can't be had now. */
function readConfigAgain({ maxClients }: Config, log: Log): Config {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command.kind !== 'run') throw new Error('the command line changed under a running balancer');
  for (const warning of command.warnings) log.note(`warning: ${warning}`);
  return { ...command.config, maxClients: Math.min(command.config.maxClients, maxClients) };
}

function portsOf({ port, tlsPort }: Config): Ports {
  return tlsPort === 'off' ? { port } : { port, tlsPort };
}

/** Where the balancer listens, and by which option: behind a port another one may be that is over TLS. */
function placesOf({ host, port, tlsPort, adminHost, adminPort }: Config) {
  const place = (option: string, at: string, asked: number | 'off') => ({ option, host: at, port: asked });
  return {
    public: [place('--port', host, port), place('--tls-port', host, tlsPort)],
    admin: [place('--admin-port', adminHost, adminPort)],
  };
}

/** What listening resolves with; where it can't be, says why not and which option to change, and exits. */
async function orExit<Result>(places: ReturnType<typeof placesOf>['public'], listen: () => Promise<Result>): Promise<Result> {
  try {
    return await listen();
  } catch (error) {
    const { code, isTls } = error as NodeJS.ErrnoException & { readonly isTls?: boolean };
    const place = places[isTls ? 1 : 0];
    if (code === undefined || place === undefined) throw error;
    const { option, host, port } = place;
    const reason = code === 'EADDRINUSE' ? `port ${port} is taken` : `cannot listen on port ${port} of ${host}`;
    console.error(`balancer: ${reason} (${code}); choose another with ${option}`);
    process.exit(1);
  }
}

function announce(log: Log, pools: Pools, { port, tlsPort }: Ports, adminHost: string, adminPort: number | undefined): void {
  const over = tlsPort === undefined ? '' : `, and on port ${tlsPort} over TLS`;
  log.note(`listening on port ${port}${over}: ${pools.all.map(inWords).join('; ')}`);
  if (adminPort !== undefined) log.note(`admin on http://${adminHost}:${adminPort}`);
}

function inWords(pool: KeptPool): string {
  return `${pool.calls(pool.policyName)} over ${pool.settings.origins.map(({ id }) => id).join(', ')}`;
}
