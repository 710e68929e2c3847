import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chartOf } from './chart.ts';
import { Children } from './children.ts';
import { chooseLoad, type LoadMaker } from './load.ts';
import { chooseCores, type Pins, processor } from './machine.ts';
import { ensureFree, measure, ready, type Server } from './measure.ts';
import { type Options, readOptions } from './options.ts';
import { chooseOrigins } from './origins.ts';
import { type PeerName, peerNames, peers } from './peers.ts';
import { picksReport } from './picks.ts';
import { reportOf } from './report.ts';
import { type Circumstances, fold, type Row, rowOf } from './results.ts';
import { workloads } from './workloads.ts';

// Measures this balancer beside other proxies, one after the other in every round, so that a slow moment of the machine
// strikes all of them. Options: --rounds N, --seconds N, --only PEER,PEER, --workloads NAME,NAME.
// With the word threads it measures two threads of this balancer beside one, with as many connections for each thread; with the
// word picks what a pick costs with each policy.

const originPorts = [18080, 18081, 18082, 18083];
const firstPeerPort = 18090;
/** For each thread of a proxy. */
const connections = 32;
/** Length of the load before each measurement, in s. */
const warmUp = 1;

if (process.argv[2] === 'picks') {
  console.log(picksReport());
  process.exit();
}

const options = readOptionsOrExit();
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const children = new Children();
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
try {
  await run(options, chooseCores(options.peers.includes('threads') ? 2 : 1));
} catch (error) {
  if (!interrupted) console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await tidy();
}

async function interrupt(): Promise<void> {
  interrupted = true;
  await tidy();
  process.exit(130);
}

function readOptionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    process.exit(2);
  }
}

async function tidy(): Promise<void> {
  await children.end();
  rmSync(folder, { recursive: true, force: true });
}

async function run({ rounds, seconds, ...asked }: Options, pins: Pins): Promise<void> {
  const load = chooseLoad(children, pins.load, folder);
  const origins = chooseOrigins(originPorts, folder);
  const names = asked.peers.filter((name) => peers[name].available());
  const missing = asked.peers.filter((name) => !names.includes(name));
  if (missing.length > 0) console.log(`not on the PATH, so left out: ${missing.join(', ')}`);

  await Promise.all([...originPorts, ...names.map(portOf)].map(ensureFree));
  children.start('origins', { words: [...pins.load, ...origins.command.words] });
  const servers = new Map(names.map((name) => [name, startPeer(name, pins)]));
  await Promise.all([...servers].map(([name, { port }]) => ready(peers[name].title, port, workloads.get)));
  const rows = await measureAll({ rounds, seconds, ...asked }, servers, load);

  const circumstances: Circumstances = {
    date: new Date().toISOString().slice(0, 10),
    processor: processor(),
    cores: pins.note,
    hasPair: pins.hasPair,
    node: process.versions.node,
    load: load.name,
    origins: origins.name,
    rounds,
    seconds,
    connections,
    versions: Object.fromEntries(names.map((name) => [name, peers[name].version()])),
  };
  publish(fold(rows), circumstances, asked.whole);
}

function portOf(name: PeerName): number {
  return firstPeerPort + peerNames.indexOf(name);
}

function startPeer(name: PeerName, pins: Pins): Server {
  const port = portOf(name);
  const { words, env = {} } = peers[name].command({ port, origins: originPorts, folder });
  return { port, pid: children.start(peers[name].title, { words: [...pins.proxy, ...words], env }) };
}

async function measureAll(asked: Omit<Options, 'whole'>, servers: ReadonlyMap<PeerName, Server>, load: LoadMaker): Promise<Row[]> {
  const rows: Row[] = [];
  for (let round = 1; round <= asked.rounds; round += 1) {
    for (const workload of asked.workloads) {
      console.log(`round ${round} of ${asked.rounds}: ${workloads[workload].title}`);
      for (const [peer, server] of servers) {
        await ready(peers[peer].title, server.port, workloads[workload]);
        const spell = { warmUp, seconds: asked.seconds, connections: connections * (peers[peer].threads ?? 1) };
        const { load: figures, used } = await measure(server, workloads[workload], load, spell);
        rows.push(rowOf(workload, peer, figures, used));
      }
    }
  }
  return rows;
}

/** Prints the report. A run of everything also becomes the published result that the README shows. */
function publish(rows: readonly Row[], circumstances: Circumstances, whole: boolean): void {
  console.log(`\n${reportOf(rows, circumstances)}\n`);
  if (!whole) {
    console.log('only a part was measured: bench/results stays as it was');
    return;
  }
  const results = new URL('results/', import.meta.url);
  writeFileSync(new URL('latest.json', results), `${JSON.stringify({ ...circumstances, rows }, null, 2)}\n`);
  writeFileSync(new URL('chart.svg', results), chartOf(rows, circumstances));
  console.log('written: bench/results/latest.json, bench/results/chart.svg');
}
