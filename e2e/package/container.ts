import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const image = 'load-balancer-explained-package-test';
/** Where the package is installed in there, as docs/install.md has it. */
const place = '/opt/load-balancer-explained';
/** Where the container has its Node.js. */
const node = '/usr/local/bin/node';

/** The base of Debian, which that image is built on, less all that it adds: no Node.js is left, no npm, and nothing that they brought along. */
const dockerfile = `FROM node:26-slim
RUN rm -rf /usr/local/* /opt/* && ! command -v node
COPY node ${node}
COPY node_modules ${place}/node_modules
`;

/** Whether an engine answers that can run containers. */
export function hasEngine(): boolean {
  return spawnSync('docker', ['info']).status === 0;
}

/** An empty Debian, to which nothing came but one binary and what `npm install` has put into a folder. */
export class Container {
  /** A program that behaves as that Node.js, and is one in a new container: nobody's user, who can write nothing and has no privilege. */
  readonly node: string;
  /** What it is to start. */
  readonly launcher = `${place}/node_modules/load-balancer-explained/launch.cjs`;

  /** Builds the image, in a folder that may be thrown away. Throws with what Docker says where it can't. */
  constructor(folder: string, binary: string, modules: string) {
    mkdirSync(folder, { recursive: true });
    copyFileSync(binary, join(folder, 'node'));
    chmodSync(join(folder, 'node'), 0o755);
    cpSync(modules, join(folder, 'node_modules'), { recursive: true });
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    const { status, stderr } = spawnSync('docker', ['build', '--quiet', '--tag', image, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`docker build ended with ${status}:\n${stderr}`);
    this.node = join(folder, 'node-in-container');
    const limits = '--user=65534:65534 --read-only --cap-drop=ALL --security-opt=no-new-privileges:true';
    // The network of this machine, where the origins are that it is to ask.
    writeFileSync(this.node, `#!/bin/sh\nexec docker run --rm --init --network=host ${limits} ${image} ${node} "$@"\n`, { mode: 0o755 });
  }

  /** Takes the image away. */
  end(): void {
    spawnSync('docker', ['image', 'rm', '--force', image]);
  }
}
