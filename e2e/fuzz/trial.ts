import { Balancer } from '../raw/balancer.ts';
import type { Case } from './case.ts';
import { routed, unrouted } from './routed.ts';
import { smallest } from './smallest.ts';
import { foreignMark, thrown } from './throw.ts';
import { WildOrigin } from './wild-origin.ts';

/** What a trial is run on. */
export interface Ground {
  /** A checkout whose balancer is tried; empty for this one. */
  readonly tree: string;
  readonly threads: number;
  /** What the origins' answers follow from. */
  readonly seed: number;
}

/** What came of throwing cases. */
export interface Verdict {
  readonly faults: readonly string[];
  /** The cases that were thrown and may have caused them. */
  readonly suspects: readonly Case[];
  /** How many were thrown. */
  readonly thrown: number;
}

/** Connections that are open at a time. */
const atOnce = 40;

/** After so many cases, all clients leave for a moment, and what is left of them is looked at. */
const batch = 400;

const patience = [
  '--response-timeout=400ms',
  '--idle-timeout=800ms',
  '--header-timeout=1s',
  '--keep-alive-timeout=1s',
  '--drain-timeout=1s',
];

/** Throws cases at a balancer of its own until one breaks it or all were thrown. */
export async function tried(cases: readonly Case[], { tree, threads, seed }: Ground): Promise<Verdict> {
  const origins = await Promise.all([1, 2].map(() => WildOrigin.start(seed)));
  // Older trees know no routes.
  const ways = (tree === '' && threads > 1 ? routed : unrouted)(origins.map(({ url }) => url));
  const balancer = await Balancer.start(tree, [...ways.flags, `--threads=${threads}`, ...patience]);
  try {
    for (let from = 0; from < cases.length; from += batch) {
      const verdict = await triedOn(balancer, cases.slice(from, from + batch));
      if (verdict.faults.length > 0) return { ...verdict, thrown: from + verdict.thrown };
    }
    return { faults: await balancer.stop(), suspects: cases.slice(-batch), thrown: cases.length };
  } finally {
    await balancer.program.end();
    for (const origin of origins) origin.close();
    ways.end();
  }
}

/** How often a case is thrown at once to see whether it is to blame: some faults are a matter of luck. */
const often = 10;

/** The part of the suspects, cut down, that still breaks a balancer in the same way; all, where none does so again. */
export async function smallestThatBreaks(
  suspects: readonly Case[],
  ground: Ground,
  isSame: (fault: string) => boolean,
): Promise<readonly Case[]> {
  const breaks = async (cases: readonly Case[]) => {
    const { faults } = await tried(
      cases.flatMap((each) => Array.from({ length: often }, () => each)),
      ground,
    );
    return faults.some(isSame);
  };
  const few = await smallest(suspects, breaks, 20);
  const [only, ...others] = few;
  if (!only || others.length > 0) return few;
  const whole = Buffer.concat(only.packets);
  const joined = { ...only, packets: [whole] };
  if (!(await breaks([joined]))) return few;
  const bytes = await smallest([...whole], (part) => breaks([{ ...joined, packets: [Buffer.from(part)] }]), 40);
  return [{ ...joined, packets: [Buffer.from(bytes)] }];
}

async function triedOn(balancer: Balancer, cases: readonly Case[]): Promise<Verdict> {
  const running = new Set<Case>();
  const recent: Case[] = [];
  const foreign: string[] = [];
  let next = 0;
  const throwers = Array.from({ length: atOnce }, async () => {
    for (let each = cases[next++]; each && !balancer.isBroken; each = cases[next++]) {
      running.add(each);
      const answer = await thrown(each, balancer.ports[each.port]);
      running.delete(each);
      if (!balancer.isBroken) recent.push(each);
      const mark = foreignMark(each, answer);
      if (mark !== undefined) foreign.push(`an answer to another: ${mark}`);
    }
  });
  await Promise.all(throwers);
  const isDead = balancer.isBroken;
  const faults = [...foreign, ...(await balancer.faults())];
  const suspects = isDead ? [...recent.slice(-atOnce), ...running] : cases;
  return { faults, suspects: suspects.length > 0 ? suspects : cases, thrown: Math.min(next, cases.length) };
}
