import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chartOf } from './chart.ts';
import { Children, type Command } from './children.ts';
import { usageOf } from './cpu.ts';
import { chooseLoad, type LoadMaker } from './load.ts';
import { chooseCores, type Pins, processor } from './machine.ts';
import { ensureFree, measure, ready, type Server } from './measure.ts';
import { type Options, readOptions } from './options.ts';
import { chooseOrigins } from './origins.ts';
import { type PeerName, peerNames, peers } from './peers.ts';
import { picksReport } from './picks.ts';
import { reportOf } from './report.ts';
import { type Circumstances, fold, median, type Results, type Row, rowOf, type StartRow } from './results.ts';
import { firstAnswer } from './starts.ts';
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
/** How often each peer is started to see when it answers first; once more before that, when what it keeps for its next start is made. */
const startsOfEach = 7;
/** How long a server is left alone before it is asked how much memory it has, in s. */
const rest = 5;

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
  await ready('the first origin', originPorts[0] ?? 0, workloads.get);
  const commands = new Map(names.map((name) => [name, commandOf(name, pins)]));
  const answers = await startAll(commands);
  const servers = new Map([...commands].map(([name, command]) => [name, startPeer(name, command)]));
  await Promise.all([...servers].map(([name, { port }]) => ready(peers[name].title, port, workloads.get)));
  await new Promise((resolve) => setTimeout(resolve, rest * 1000));
  const starts = [...servers].map(([peer, { pid }]): StartRow => {
    return { peer, firstAnswer: middle(answers.get(peer)), idleMiB: Number(usageOf(pid).memoryMiB.toFixed(2)) };
  });
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
  publish({ rows: fold(rows), starts }, circumstances, asked.whole);
}

function portOf(name: PeerName): number {
  return firstPeerPort + peerNames.indexOf(name);
}

function commandOf(name: PeerName, pins: Pins): Command {
  const { words, env = {} } = peers[name].command({ port: portOf(name), origins: originPorts, folder });
  return { words: [...pins.proxy, ...words], env };
}

function startPeer(name: PeerName, command: Command): Server {
  return { port: portOf(name), pid: children.start(peers[name].title, command) };
}

/** Starts one peer after the other, round by round; how many ms each took to its first answer, each time. */
async function startAll(commands: ReadonlyMap<PeerName, Command>): Promise<ReadonlyMap<PeerName, readonly number[]>> {
  const answers = new Map([...commands.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round <= startsOfEach; round += 1) {
    console.log(round === 0 ? 'starts, to warm up' : `starts, ${round} of ${startsOfEach}`);
    for (const [name, command] of commands) {
      const taken = await firstAnswer({ name: peers[name].title, command, port: portOf(name) }, children);
      if (round > 0) answers.get(name)?.push(taken);
    }
  }
  return answers;
}

function middle(values: readonly number[] = []): number {
  return Number(median(values).toFixed(1));
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
function publish({ rows, starts }: Results, circumstances: Circumstances, whole: boolean): void {
  console.log(`\n${reportOf({ rows, starts }, circumstances)}\n`);
  if (!whole) {
    console.log('only a part was measured: bench/results stays as it was');
    return;
  }
  const results = new URL('results/', import.meta.url);
  writeFileSync(new URL('latest.json', results), `${JSON.stringify({ ...circumstances, starts, rows }, null, 2)}\n`);
  writeFileSync(new URL('chart.svg', results), chartOf(rows, circumstances));
  console.log('written: bench/results/latest.json, bench/results/chart.svg');
}
