import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './children.ts';
import { build, onPath, versionOf } from './machine.ts';
import { nginxMain } from './origins.ts';

/** Where a peer is to run. */
export interface Place {
  /** The port of 127.0.0.1 to listen on. */
  readonly port: number;
  /** The ports of 127.0.0.1 that the origins listen on. */
  readonly origins: readonly number[];
  /** A folder for what it writes; removed afterwards. */
  readonly folder: string;
}

/** A proxy to compare: one worker or thread unless its title says otherwise, kept-alive connections to the origins, round robin, no access log. */
export interface Peer {
  readonly title: string;
  /** How many threads serve, if not one. */
  readonly threads?: number;
  /** Whether it is installed here. */
  available(): boolean;
  version(): string;
  /** Writes its configuration, or builds it, and says how to run it in the foreground. */
  command(place: Place): Command;
}

const root = new URL('..', import.meta.url);
const here = fileURLToPath(new URL('.', import.meta.url));
const inRoot = (path: string) => fileURLToPath(new URL(path, root));
const always = () => true;
const addresses = ({ origins }: Place) => origins.map((port) => `127.0.0.1:${port}`);
const urls = (place: Place) => addresses(place).map((address) => `http://${address}`);

/** Has Node keep what it compiles for the next start, as in this balancer's image (balancer/Dockerfile): the same for all that run on it. */
const keeping = ({ folder }: Place) => ({ NODE_COMPILE_CACHE: join(folder, 'compiled') });

/** This balancer, with further flags. */
function balancerAt(place: Place, ...more: string[]): Command {
  const flags = ['--port', String(place.port), '--admin-port', 'off', '--origins', urls(place).join(), '--log', 'off', ...more];
  return { words: [process.execPath, inRoot('balancer/src/main.ts'), ...flags], env: keeping(place) };
}

/** A peer's name on the command line and in the results. */
export type PeerName = 'balancer' | 'threads' | 'bare' | 'plain' | 'nginx' | 'haproxy' | 'caddy' | 'go';

/** The peers by their name, in the order in which they are measured and shown. */
export const peers: Readonly<Record<PeerName, Peer>> = {
  balancer: {
    title: 'this balancer',
    available: always,
    version: () => versionIn('balancer/package.json'),
    command: (place) => balancerAt(place),
  },
  threads: {
    title: 'with 2 threads',
    threads: 2,
    available: always,
    version: () => versionIn('balancer/package.json'),
    command: (place) => balancerAt(place, '--threads=2'),
  },
  bare: {
    title: 'Node + undici',
    available: always,
    version: () => versionIn('node_modules/undici/package.json'),
    command: (place) => ({ words: [process.execPath, join(here, 'bare.ts'), String(place.port), ...urls(place)], env: keeping(place) }),
  },
  plain: {
    title: 'Express + HPM',
    available: always,
    version: () => versionIn('node_modules/http-proxy-middleware/package.json'),
    command: (place) => ({ words: [process.execPath, join(here, 'plain.ts'), String(place.port), ...urls(place)], env: keeping(place) }),
  },
  nginx: {
    title: 'nginx',
    available: () => onPath('nginx'),
    version: () => versionOf('nginx', '-v'),
    command: (place) => {
      const file = written(place, 'nginx.conf', nginxConfig(place));
      return { words: ['nginx', '-p', place.folder, '-e', 'stderr', '-c', file] };
    },
  },
  haproxy: {
    title: 'HAProxy',
    available: () => onPath('haproxy'),
    version: () => versionOf('haproxy', '-v'),
    command: (place) => ({ words: ['haproxy', '-db', '-q', '-f', written(place, 'haproxy.cfg', haproxyConfig(place))] }),
  },
  caddy: {
    title: 'Caddy',
    available: () => onPath('caddy'),
    version: () => versionOf('caddy', 'version'),
    command: (place) => ({
      words: ['caddy', 'run', '--adapter', 'caddyfile', '--config', written(place, 'Caddyfile', caddyConfig(place))],
      env: { GOMAXPROCS: '1', HOME: place.folder, XDG_DATA_HOME: place.folder, XDG_CONFIG_HOME: place.folder },
    }),
  },
  go: {
    title: 'Go ReverseProxy',
    available: () => onPath('go'),
    version: () => versionOf('go', 'version'),
    command: (place) => {
      const program = join(place.folder, 'go-peer');
      build(join(here, 'go'), 'go', 'build', '-o', program, '.');
      return { words: [program, String(place.port), ...urls(place)], env: { GOMAXPROCS: '1' } };
    },
  },
};

/** All peers' names, this balancer's first. */
export const peerNames = Object.keys(peers) as PeerName[];

function versionIn(file: string): string {
  return JSON.parse(readFileSync(inRoot(file), 'utf8')).version;
}

function written({ folder }: Place, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Its buffers hold the largest bodies measured; by default nginx would put those in files. */
function nginxConfig(place: Place): string {
  return `${nginxMain(place.folder, 'nginx')}
http {
  access_log off;
  client_body_temp_path ${place.folder}/nginx-body;
  client_body_buffer_size 64k;
  proxy_temp_path ${place.folder}/nginx-proxy;
  proxy_buffers 16 8k;
  upstream origins {
    ${addresses(place)
      .map((address) => `server ${address};`)
      .join(' ')}
    keepalive 64;
  }
  server {
    listen 127.0.0.1:${place.port};
    location / {
      proxy_pass http://origins;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
    }
  }
}
`;
}

function haproxyConfig(place: Place): string {
  return `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
listen balancer
  bind 127.0.0.1:${place.port}
  balance roundrobin
${addresses(place)
  .map((address, i) => `  server origin-${i + 1} ${address}`)
  .join('\n')}
`;
}

function caddyConfig(place: Place): string {
  return `{
  admin off
  auto_https off
  persist_config off
}
http://:${place.port} {
  bind 127.0.0.1
  reverse_proxy ${addresses(place).join(' ')} {
    lb_policy round_robin
  }
}
`;
}
