import { parseArgs } from 'node:util';
import { type PeerName, peerNames } from './peers.ts';
import { type WorkloadName, workloadNames } from './workloads.ts';

/** Peers that are compared on one core. */
const onOneCore: readonly PeerName[] = peerNames.filter((name) => name !== 'threads');

/** What the benchmark is asked to do. */
export interface Options {
  readonly rounds: number;
  /** Length of each measurement, in s. */
  readonly seconds: number;
  readonly peers: readonly PeerName[];
  readonly workloads: readonly WorkloadName[];
  /** Whether everything is measured, as a published result must be. */
  readonly whole: boolean;
}

/** Reads the command line; throws with a sentence for whoever wrote it. With the word `threads` two threads are measured beside one. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      only: { type: 'string' },
      workloads: { type: 'string' },
    },
  });
  const [word, ...others] = positionals;
  if (others.length > 0 || (word !== undefined && word !== 'threads'))
    throw new Error(`${positionals.join(' ')}: only the word picks or threads may stand there`);
  const spell = { rounds: wholeNumber(values.rounds, '--rounds'), seconds: wholeNumber(values.seconds, '--seconds') };
  if (word === 'threads') return { ...spell, peers: ['balancer', 'threads'], workloads: ['get'], whole: false };
  const only = namesIn(values.only, onOneCore, '--only');
  return {
    ...spell,
    // Ours is always there, since all ratios are to it.
    peers: onOneCore.filter((name) => name === 'balancer' || only.includes(name)),
    workloads: namesIn(values.workloads, workloadNames, '--workloads'),
    whole: values.only === undefined && values.workloads === undefined,
  };
}

function namesIn<Name extends string>(list: string | undefined, known: readonly Name[], option: string): readonly Name[] {
  if (list === undefined) return known;
  const named = list.split(',').map((name) => name.trim());
  const unknown = named.filter((name) => !known.some((one) => one === name));
  if (unknown.length > 0) throw new Error(`${option}: ${unknown.join(', ')} is not among ${known.join(', ')}`);
  return known.filter((name) => named.includes(name));
}

function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${option}: ${text} is not a whole number from 1 up`);
  return value;
}
