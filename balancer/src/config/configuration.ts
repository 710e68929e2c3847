import { acmeWarnings } from './acme-warnings.ts';
import { problemWithExposure, problemWithReadToken } from './admin-token.ts';
import { type FileSettings, readFile } from './file.ts';
import { type Given, labelOf, readOption, withSecret } from './given.ts';
import { grpcMisfits } from './grpc-misfits.ts';
import { handshakeWarnings } from './handshake-warnings.ts';
import { loopsIn, selfProbeIn } from './loops.ts';
import { type Config, flagOf, type OptionName, optionNames, type Settings, variableOf } from './options.ts';
import { type LabelledPool, poolConfigs } from './pool-configs.ts';
import { isLedTo, lateRoutes } from './route-warnings.ts';
import { type RouteInFile, routesIn } from './routes-in-file.ts';
import { cookieClashes } from './sticky-warnings.ts';
import { readTls } from './tls.ts';
import { tlsWarnings } from './tls-warnings.ts';

/** The environment's variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration that can't be used; `problems` has one sentence each, led by the option's name. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  /** Whether nothing is wrong but that a certificate and its key don't belong together, as while one is written after the other. */
  readonly isHalfWritten: boolean;

  constructor(problems: readonly string[], isHalfWritten = false) {
    super(problems.join('\n'));
    this.problems = problems;
    this.isHalfWritten = isHalfWritten;
  }
}

/** Where a configuration comes from. */
export interface Sources {
  /** By their names without dashes. */
  readonly flags: ReadonlyMap<string, string>;
  readonly env: Environment;
  /** What is wrong with the flags already. */
  readonly problems: readonly string[];
  /** Those of the machine that the balancer is to run on, where it is this one. */
  readonly addresses: readonly string[];
}

/** A configuration, and what in it can be used and is hardly meant. */
export interface ReadConfig {
  readonly config: Config;
  /** One sentence each, led by the file and the line. */
  readonly warnings: readonly string[];
}

/** Reads the configuration; throws ConfigError with every problem at once. */
export function readConfig(sources: Sources): ReadConfig {
  const { flags, env } = sources;
  const problems = [...sources.problems];
  const path = readOption('config', { flag: flags.get('config'), variable: env[variableOf('config')] }, problems) as string | undefined;
  const file = path ? readFile(path) : nothing;
  problems.push(...file.problems);
  const givenFor = (name: OptionName): Given => ({
    ...{ flag: flags.get(flagOf(name)), variable: env[variableOf(name)] },
    ...{ line: file.texts.get(name), file: path, at: file.lines.get(name) },
  });
  const entries = optionNames.map((name) => [
    name,
    name === 'config' ? path : readOption(name, withSecret(name, givenFor, problems), problems),
  ]);
  const top = Object.freeze(Object.fromEntries(entries)) as unknown as Settings;
  const pools = poolConfigs({ top, file, path, givenFor, problems });
  const routes = routesOf(file, path, pools, problems);
  problems.push(...misfitsIn(top, givenFor), ...grpcMisfits(pools), ...circlesIn(pools, sources.addresses));
  const tls = readTls({ top, file, path, givenFor });
  if (problems.length + tls.problems.length > 0)
    throw new ConfigError([...problems, ...tls.problems], problems.length === 0 && tls.isHalfWritten);
  const config = Object.freeze({
    ...top,
    ...(file.pools === undefined ? {} : poolsAmong(top, pools)),
    ...(routes === undefined ? {} : { routes: routes.map(({ route }) => route) }),
    ...(tls.certificates.length === 0 ? {} : { certificates: tls.certificates }),
    ...(tls.acme === undefined ? {} : { acme: tls.acme }),
  });
  return {
    config,
    warnings: [
      ...handshakeWarnings(pools),
      ...tlsWarnings(tls.certificates, tls.acme?.hosts ?? [], config.routes ?? [], Date.now()),
      ...acmeWarnings(tls.acme, top),
      ...(routes === undefined ? [] : warningsAbout(routes, path, pools)),
    ],
  };
}

/** The routes of the file; nothing where it has none, which it may have only if there is one pool. */
function routesOf(
  { routes, poolsLine }: FileSettings,
  path: string | undefined,
  pools: readonly LabelledPool[],
  problems: string[],
): readonly RouteInFile[] | undefined {
  const names = pools.map(({ name }) => name);
  const complain = (line: number, problem: string) => void problems.push(`${path}, line ${line}: ${problem}`);
  // What is wrong with pools of which there are none was told already.
  if (names.length === 0) return undefined;
  if (routes !== undefined) return routesIn(routes, names, complain);
  if (poolsLine === undefined || pools.length < 2) return undefined;
  complain(
    poolsLine,
    `pools: there are ${names.length}, and nothing says which of them gets a request; give routes: with a list such as - pool: ${names[0]}`,
  );
  return undefined;
}

function warningsAbout(routes: readonly RouteInFile[], path: string | undefined, pools: readonly LabelledPool[]): string[] {
  const idle = pools.filter(({ name }) => !isLedTo(name, routes));
  return [
    ...lateRoutes(routes).map(({ line, problem }) => `${path}, line ${line}: ${problem}`),
    ...idle.map(({ name, place }) => `${place}: no route leads to the pool ${name}; give one, or leave the pool out`),
    ...cookieClashes(
      pools,
      routes.map(({ route }) => route),
    ),
  ];
}

const nothing: FileSettings = { texts: new Map(), lines: new Map(), problems: [] };

/** The pools as others know them. What is listed for all is nothing but the first of them where it is given, and the default list is none. */
function poolsAmong(top: Settings, pools: readonly LabelledPool[]): Pick<Config, 'origins' | 'pools'> {
  const listed = pools.find(({ settings }) => settings === top);
  return { origins: listed?.settings.origins ?? [], pools: pools.map(({ name, settings }) => ({ name, settings })) };
}

/** Which settings can't be beside each other. One that can't be used itself is missing, and was told already. */
function misfitsIn(top: Partial<Settings>, givenFor: (name: OptionName) => Given): string[] {
  const exposure = exposureIn(top);
  const misfit = tokensMisfit(top);
  const isForNobody = top.proxyProtocol === true && top.trustedProxies?.length === 0;
  return [
    ...(exposure === undefined ? [] : [`${labelOf('adminHost', givenFor('adminHost'))}: ${exposure}`]),
    ...(misfit === undefined ? [] : [`${labelOf('adminReadToken', withSecret('adminReadToken', givenFor, []))}: ${misfit}`]),
    ...(isForNobody ? [`${labelOf('proxyProtocol', givenFor('proxyProtocol'))}: ${headerFromNobody}`] : []),
  ];
}

const headerFromNobody =
  'is on, and nobody is believed whom a connection is for; name the proxies that send PROXY headers in --trusted-proxies, such as 10.0.0.0/8';

/** What is wrong with the admin side's address, token and callers together. */
function exposureIn({ adminPort, adminHost, adminToken, adminAllow }: Partial<Settings>): string | undefined {
  if (adminPort === 'off' || adminHost === undefined || adminToken === undefined || adminAllow === undefined) return undefined;
  return problemWithExposure(adminHost, adminToken, adminAllow);
}

/** What is wrong with the two tokens together. */
function tokensMisfit({ adminToken, adminReadToken }: Partial<Settings>): string | undefined {
  return adminToken === undefined || adminReadToken === undefined ? undefined : problemWithReadToken(adminReadToken, adminToken);
}

/** Which origins and probes lead back to the balancer itself. */
function circlesIn(pools: readonly LabelledPool[], addresses: readonly string[]): string[] {
  const circles = pools.flatMap(({ settings, label }) => {
    const probe = selfProbeIn(settings, addresses);
    const loops = loopsIn(settings, addresses).map((loop) => `${label('origins')}: ${loop}`);
    return probe === undefined ? loops : [...loops, `${label('healthPort')}: ${probe}`];
  });
  return [...new Set(circles)];
}
