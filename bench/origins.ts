import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './children.ts';
import { onPath, versionOf } from './machine.ts';
import { smallAnswer, workloads } from './workloads.ts';

/** The servers that every peer balances over. */
export interface Origins {
  /** What they run on, for the report. */
  readonly name: string;
  readonly command: Command;
}

/** Origins on the given ports of 127.0.0.1 that cost as little as can be, so that the proxy is what is measured. */
export function chooseOrigins(ports: readonly number[], folder: string): Origins {
  if (!onPath('nginx')) return { name: `Node.js ${process.versions.node}`, command: { words: nodeWords(ports) } };
  writeFileSync(join(folder, 'large'), 'x'.repeat(workloads.large.responseBytes));
  const config = join(folder, 'origins.conf');
  writeFileSync(config, nginxConfig(ports, folder));
  return { name: `nginx ${versionOf('nginx', '-v')}`, command: { words: ['nginx', '-p', folder, '-e', 'stderr', '-c', config] } };
}

function nodeWords(ports: readonly number[]): string[] {
  return [process.execPath, fileURLToPath(new URL('origin.ts', import.meta.url)), ...ports.map(String)];
}

/**
 * One worker, all ports. A POST must be read whole before it is answered, as a real origin would; `return` alone answers
 * from the header. `mirror` is what makes nginx read the body first.
 */
function nginxConfig(ports: readonly number[], folder: string): string {
  return `${nginxMain(folder, 'origins')}
http {
  access_log off;
  client_body_temp_path ${folder}/origins-body;
  client_body_buffer_size 64k;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=10;
  server {
    ${ports.map((port) => `listen 127.0.0.1:${port};`).join(' ')}
    location / { return 200 '${smallAnswer}'; }
    location = ${workloads.large.path} { root ${folder}; }
    location = ${workloads.post.path} { mirror /read; try_files /none @answer; }
    location = /read { internal; return 204; }
    location @answer { return 200 '${smallAnswer}'; }
  }
}
`;
}

/** The top of an nginx configuration: one worker in the foreground that may use our folder, every file of its own in there. */
export function nginxMain(folder: string, name: string): string {
  return `user ${userInfo().username};
daemon off;
worker_processes 1;
pid ${folder}/${name}.pid;
error_log stderr error;
events { worker_connections 4096; }`;
}
