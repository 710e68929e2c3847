import type { Route } from '../brain/route/route.ts';
import { policies } from '../brain/select/policies.ts';
import type { CertificatePair } from '../tls/pair.ts';
import type { AcmeSettings } from './acme.ts';
import { adminAllow } from './admin-allow.ts';
import { adminReadToken, adminToken } from './admin-token.ts';
import { authoritiesIn, originNameOrNone } from './authorities.ts';
import { logFieldNames, logFields } from './log-fields.ts';
import { origins } from './origins.ts';
import { collectorHeader, collectorOrNone } from './otlp.ts';
import { policyName } from './policy-names.ts';
import { grpcServiceOrNone, hostOrNone, portOrNone, statuses } from './probing.ts';
import {
  cidrs,
  claims,
  cookieOrNone,
  count,
  countOrFair,
  duration,
  durationOrOff,
  explaining,
  fileOrNone,
  httpsPort,
  InvalidValue,
  keySource,
  oneOf,
  onOrOff,
  pathOrNone,
  percentage,
  port,
  portOrOff,
  secretOrRandom,
  size,
  sizeOrOff,
  text,
  threads,
} from './values.ts';

/** One setting: its default as a user would write it, what it is for, and how its text is read. */
interface Option<Value> {
  readonly standard: string | (() => string);
  readonly about: string;
  /** Throws InvalidValue. */
  readonly read: (text: string) => Value;
}

const option = <Value>(standard: Option<Value>['standard'], about: string, read: (text: string) => Value): Option<Value> => ({
  standard,
  about,
  read,
});

/** Every option of the balancer. A key `adminPort` is `--admin-port` as a flag and `ADMIN_PORT` in the environment. */
export const options = {
  config: option('none', 'YAML file with any of these settings under their names, and with pools and routes; it is watched', fileOrNone),
  port: option('8080', 'public port', port),
  host: option('*', 'address to listen on; * for all interfaces', text),
  h2c: option(
    'off',
    'whether HTTP/2 is spoken at the public port too, with clients that begin with it (prior knowledge): on or off',
    onOrOff,
  ),
  tlsPort: option('off', 'public port for https://, such as 8443, or off', portOrOff),
  tlsCert: option(
    'none',
    'PEM file with the certificate that is shown there, and behind it those that vouch for it; more are given in the file; it is watched',
    fileOrNone,
  ),
  tlsKey: option('none', 'PEM file with its private key; it is watched', fileOrNone),
  tlsMinVersion: option('1.2', 'oldest version of TLS that is spoken there: 1.2 or 1.3', oneOf('1.2', '1.3')),
  redirectToHttps: option(
    'off',
    'whether clients of the plain port are sent to https://: on or off; or the port to send them to, where it is another from outside',
    httpsPort,
  ),
  sharedSecret: option(
    'random',
    'what TLS sessions, and sticky cookies without a secret of their own, are encrypted with; give balancers side by side the same one',
    secretOrRandom,
  ),
  sharedSecretFile: option('none', 'file with that secret instead; read again on SIGHUP', fileOrNone),
  origins: option(
    'http://localhost:8081, http://localhost:8082, http://localhost:8083, http://localhost:8084',
    'servers to balance over, separated by commas: http://, https://, h2c:// and h2:// (HTTP/2); behind a URL may stand weight=N, backup and proxy-protocol=v1 or v2',
    origins,
  ),
  originCa: option(
    'none',
    'PEM file with who may have signed the certificates of https: and h2: origins, in place of those whom everybody trusts; it is watched',
    authoritiesIn,
  ),
  originName: option(
    'none',
    'name that https: and h2: origins are asked for and must have in their certificate; none for the one in the URL',
    originNameOrNone,
  ),
  originVerify: option('on', 'whether the certificates of https: and h2: origins are checked: on or off', onOrOff),
  policy: option('round-robin', `how an origin is chosen: ${Object.keys(policies).join(', ')}`, policyName(...Object.keys(policies))),
  hashKey: option('client', 'what a hash policy hashes: client, path, header:NAME, cookie:NAME or query:NAME', keySource),
  sticky: option('none', 'cookie that leads a client back to the origin that it was at first, or none', cookieOrNone),
  stickySecret: option(
    'random',
    'what that cookie is encrypted with, 16 characters or more; give balancers side by side the same one',
    secretOrRandom,
  ),
  stickySecretFile: option('none', 'file with that secret instead; read again on SIGHUP', fileOrNone),
  probePath: option('/_origin/load', 'path that answers an origin’s load, which prequal asks for; none to use own figures', pathOrNone),
  adminPort: option('8090', 'port for /healthz, /readyz and /api/…, or off', portOrOff),
  adminHost: option('127.0.0.1', 'address the admin port listens on', text),
  adminAllow: option(
    'all',
    'who may ask the admin port, besides this machine: address blocks, gateway (in a container, its host) or all',
    adminAllow,
  ),
  adminToken: option('none', 'what /api/… and /metrics ask for; open where others reach the port and something else guards it', adminToken),
  adminTokenFile: option('none', 'file with that token instead; read again on SIGHUP', fileOrNone),
  adminReadToken: option('none', 'a second token, with which one may look and change nothing', adminReadToken),
  adminReadTokenFile: option('none', 'file with that one', fileOrNone),
  adminReadonly: option('off', 'whether the admin side only shows, and changes nothing, whoever asks: on or off', onOrOff),
  demo: option(
    'off',
    'whether the admin side may make traffic of its own, and break origins that let themselves be broken: on or off',
    onOrOff,
  ),
  connectTimeout: option('2s', 'longest wait for a connection to an origin', duration),
  responseTimeout: option('30s', "longest wait for an origin's response headers", duration),
  totalTimeout: option('60s', 'longest that one request may take over all its attempts until its answer begins', duration),
  idleTimeout: option(
    '60s',
    'longest silence inside a body, either way; and the longest that a client may take nothing of an answer',
    duration,
  ),
  tunnelTimeout: option('1h', 'longest that a WebSocket may stay open while neither side sends', duration),
  minBodyRate: option(
    '100B',
    'slowest that a client may send a body, in a second, averaged over the idle timeout (10 s at least); or off',
    sizeOrOff,
  ),
  retries: option('3', 'further attempts, each on an origin not yet tried', count(0, 100)),
  healthPath: option('none', 'path that probes ask for; none to only connect', pathOrNone),
  healthGrpc: option(
    'none',
    'service whose health probes ask for by grpc.health.v1, at origins of HTTP/2: its name, server for the whole server, or none',
    grpcServiceOrNone,
  ),
  healthHost: option('none', 'name that probes say as Host, such as app.example; none for the address that they ask', hostOrNone),
  healthPort: option('none', 'port of each origin that probes ask at; none for its own', portOrNone),
  healthStatus: option('200-299', 'statuses with which an origin at that path is well: ranges and single ones', statuses),
  healthInterval: option('2s', 'time between two probes of an origin', duration),
  healthTimeout: option('1s', 'longest that a probe may take', duration),
  healthRise: option('2', 'good probes in a row until an origin that was down takes requests again', count(1, 100)),
  healthFall: option('3', 'bad probes in a row until an origin takes no more requests', count(1, 100)),
  maxEjected: option(
    '50%',
    'share of the origins that may be left out because they answer badly; those that probes found down are among it',
    percentage,
  ),
  slowStart: option('off', 'how long an origin that comes back gets less than its share, or off', durationOrOff),
  drainTimeout: option('10s', 'longest that requests and WebSockets may go on at a drained origin, or after a stop began', duration),
  deployTimeout: option('60s', 'longest that a deploy waits for the new origins to become well', duration),
  trustedProxies: option('none', 'address blocks of proxies that are believed who asked, separated by commas', cidrs),
  proxyProtocol: option('off', 'whether those proxies begin each connection with a PROXY header, version 1 or 2: on or off', onOrOff),
  trustedFields: option(
    'X-Forwarded-For, Forwarded, X-Request-Id',
    'fields that those proxies set themselves; any other may be their clients’, and is dropped',
    claims,
  ),
  via: option('off', 'whether origins are told by Via that the balancer stands in between: on or off', onOrOff),
  maxConnections: option('512', 'requests that one origin gets at once', count(1, 1_000_000)),
  maxTunnels: option(
    '5000',
    'WebSockets that are open at once; an open one is none of the requests that an origin gets at once',
    count(0, 1_000_000),
  ),
  maxWaiting: option('1024', 'requests that wait while every origin has all it may have', count(0, 1_000_000)),
  waitTimeout: option('5s', 'longest such wait', duration),
  maxRunningPerAddress: option(
    'fair',
    'requests of one client at once: a number, or fair for eight times what is free',
    countOrFair(1, 1_000_000),
  ),
  threads: option('1', 'threads that serve clients, or auto for as many as there are cores', threads),
  maxClients: option('6000', 'connections from clients', count(1, 1_000_000)),
  maxClientsPerAddress: option(
    'fair',
    'connections of one client: a number, or fair for eight times what is free',
    countOrFair(1, 1_000_000),
  ),
  maxRequests: option('10000', 'requests on one client connection before it is closed; 0 for no limit', count(0, 1_000_000_000)),
  headerTimeout: option('10s', 'longest a client may take to send its header', duration),
  keepAliveTimeout: option('60s', 'how long an idle client connection is kept', duration),
  maxHeaderSize: option('16KiB', 'size of all header fields of a request', size),
  maxHeaders: option('100', 'number of header fields of a request', count(1, 10_000)),
  maxAnswerHeader: option('64KiB', "size of the header of an origin's answer; a longer one is a 502", size),
  maxTargetLength: option('8KiB', "size of a request's target", size),
  decisions: option(
    '512',
    'requests of which each thread remembers why they went where they went, in up to 64 MiB in all',
    count(1, 100_000),
  ),
  explain: option(
    'off',
    'who is told that in X-LB-… response fields: off, always (everybody), asked (who sends X-LB-Explain: 1), trusted (who sends it from an address in --trusted-proxies) or address blocks (who sends it from there)',
    explaining,
  ),
  log: option(
    () => (process.stdout.isTTY ? 'pretty' : 'json'),
    'one line per request: pretty, json, combined (Apache’s format; other messages go to stderr) or off',
    oneOf('pretty', 'json', 'combined', 'off'),
  ),
  logFields: option('all', `what a line in json has, separated by commas: ${logFieldNames.join(', ')}; or all`, logFields),
  logSample: option('100%', 'share of the requests answered 2xx that get a line; all others always do', percentage),
  logQuery: option(
    'on',
    'whether lines, and traces, have the query of what was asked for, in which there may be secrets: on or off',
    onOrOff,
  ),
  otlp: option(
    'none',
    'URL of a collector of traces that speaks OTLP/HTTP, such as http://localhost:4318 (where it has no path, /v1/traces); or none',
    collectorOrNone,
  ),
  otlpSample: option('1%', 'share of the requests that are traced; those that fail always are', percentage),
  otlpSlow: option('1s', 'those whose answer takes longer than that to begin always are, too; or off', durationOrOff),
  otlpService: option(
    () => process.env['OTEL_SERVICE_NAME'] || 'load-balancer',
    'name of the balancer in traces; OTEL_SERVICE_NAME is its default, where that is set',
    text,
  ),
  otlpHeader: option(
    'none',
    'what the collector is told about who sends: a field as NAME: VALUE, or a token of 16 characters or more; or none',
    collectorHeader,
  ),
  otlpHeaderFile: option('none', 'file with that instead', fileOrNone),
};

type Options = typeof options;

/** One value per option. Durations are in ms. */
export type Settings = { readonly [Name in keyof Options]: ReturnType<Options[Name]['read']> };

/** A pool by its name, and what holds for it: its own settings, and for what it doesn't say those at the top of the file. */
export interface PoolConfig {
  readonly name: string;
  readonly settings: Settings;
}

/** The validated configuration, frozen. Where there are pools, its own `origins` are those of `default`, or none. */
export interface Config extends Settings {
  /** Missing where there is one pool called `default`, of which the settings are: see poolsOf. */
  readonly pools?: readonly PoolConfig[];
  /** In the order in which they are tried; missing where all requests go to the only pool. */
  readonly routes?: readonly Route[];
  /** What is shown at the TLS port, the first to who names none; missing where that is off. */
  readonly certificates?: readonly CertificatePair[];
  /** How others are had by themselves; missing where none are. */
  readonly acme?: AcmeSettings;
}

export type OptionName = keyof Options;

export const optionNames = Object.keys(options) as OptionName[];

/** What is wrong with a text as an option's value, in a sentence; nothing if it can be used. */
export function problemWith(name: OptionName, text: string): string | undefined {
  try {
    options[name].read(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    return error.message;
  }
}

/** `adminPort` → `admin-port`. */
export function flagOf(name: OptionName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `adminPort` → `ADMIN_PORT`. */
export function variableOf(name: OptionName): string {
  return flagOf(name).replaceAll('-', '_').toUpperCase();
}

/** An option's default, as a user would write it. */
export function standardOf(name: OptionName): string {
  const { standard } = options[name];
  return typeof standard === 'function' ? standard() : standard;
}
