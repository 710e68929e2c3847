import { policies } from '../select/policies.ts';
import { count, duration, oneOf, origins, port, portOrOff, text } from './values.ts';

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
  port: option('8080', 'public port', port),
  host: option('*', 'address to listen on; * for all interfaces', text),
  origins: option(
    'http://localhost:8081, http://localhost:8082, http://localhost:8083, http://localhost:8084',
    'servers to balance over, separated by commas',
    origins,
  ),
  policy: option('round-robin', `how an origin is chosen: ${Object.keys(policies).join(', ')}`, oneOf(...Object.keys(policies))),
  adminPort: option('8090', 'port for /healthz, /readyz and /api/status, or off', portOrOff),
  adminHost: option('127.0.0.1', 'address the admin port listens on', text),
  connectTimeout: option('2s', 'longest wait for a connection to an origin', duration),
  responseTimeout: option('30s', "longest wait for an origin's response headers", duration),
  idleTimeout: option('60s', "longest silence inside an origin's response body", duration),
  retries: option('3', 'further attempts, each on an origin not yet tried', count),
  log: option(
    () => (process.stdout.isTTY ? 'pretty' : 'json'),
    'one line per request: pretty, json or off',
    oneOf('pretty', 'json', 'off'),
  ),
};

type Options = typeof options;

/** The validated configuration: one value per option, frozen. Durations are in ms. */
export type Config = { readonly [Name in keyof Options]: ReturnType<Options[Name]['read']> };

export type OptionName = keyof Options;

export const optionNames = Object.keys(options) as OptionName[];

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
