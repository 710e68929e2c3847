import { seeded } from '../../../balancer/src/brain/seeded.ts';
import type { Checks } from '../../checks.ts';
import { Balancer } from '../../raw/balancer.ts';
import { below, hashOf } from '../random.ts';
import { smallest } from '../smallest.ts';
import { RequestJudge } from './judge.ts';
import { Recorder } from './recorder.ts';
import { refusals } from './refusals.ts';
import { requestBytesOf, textOfRequest } from './request-case.ts';

/** What a run over requests is asked to do. */
export interface RequestsOptions {
  readonly seed: number;
  readonly requests: number;
  /** A checkout whose balancer is tried; empty for this one. */
  readonly tree: string;
  /** What to send instead of new cases. */
  readonly request: Buffer | undefined;
}

/** What came of a run. */
interface Results {
  forwarded: number;
  /** How often each known refusal was met, by its name. */
  readonly refusals: Map<string, number>;
  readonly faults: { readonly fault: string; readonly bytes: Buffer }[];
}

/** Connections that are open at a time. */
const atOnce = 24;

/** So many faults say enough. */
const most = 5;

/** Sends requests to a balancer in front of an origin that records; prints what differs from Node's own server and was decided. */
export async function fuzzRequests({ seed, requests, tree, request }: RequestsOptions, checks: Checks): Promise<void> {
  const begun = performance.now();
  const recorder = await Recorder.start();
  const balancer = await Balancer.start(tree, [`--origins=${recorder.url}`, '--log=off']);
  try {
    const judge = new RequestJudge(balancer.ports.public, recorder);
    const bytesOf = (number: number) => request ?? requestBytesOf(number, seed);
    const results = await judged(judge, seed, request ? 1 : requests, bytesOf);
    for (const { name, why } of refusals) {
      const count = results.refusals.get(name) ?? 0;
      if (count > 0) console.log(`  ${String(count).padStart(6)} × ${name}: ${why}`);
    }
    for (const each of results.faults.slice(0, 3)) await show(judge, each, seed);
    const wrong = [...results.faults.map(({ fault }) => fault.slice(0, 200)), ...recorder.problems, ...(await balancer.faults())];
    const seen = wrong.length > 0 ? wrong : `${results.forwarded} requests forwarded, ${((performance.now() - begun) / 1000).toFixed(1)} s`;
    checks.hold(`${request ? 1 : requests} clients’ bytes, cut anywhere, come to what Node’s own server reads`, wrong.length === 0, seen);
  } finally {
    await balancer.program.end();
    recorder.close();
  }
}

async function judged(judge: RequestJudge, seed: number, count: number, bytesOf: (number: number) => Buffer): Promise<Results> {
  const results: Results = { forwarded: 0, refusals: new Map(), faults: [] };
  let next = 0;
  const one = async () => {
    for (let number = next++; number < count && results.faults.length < most; number = next++) {
      const bytes = bytesOf(number);
      const { forwarded, refusals: met, fault } = await judge.judge(bytes, waysFor(bytes.length, number, seed));
      results.forwarded += forwarded;
      for (const { name } of met) results.refusals.set(name, (results.refusals.get(name) ?? 0) + 1);
      if (fault !== undefined) results.faults.push({ fault, bytes });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return results;
}

/** Where to cut so many bytes: in two pieces at two places, now and then in single bytes, and seldom in two pieces at each place. */
function waysFor(length: number, number: number, seed: number): number[][] {
  const random = seeded(hashOf(`ways ${number}`, seed));
  if (length < 2) return [];
  const everywhere = Array.from({ length: length - 1 }, (_, at) => at + 1);
  if (number % 100 === 7) return everywhere.map((at) => [at]);
  const two = [[1 + below(random, length - 1)], [1 + below(random, length - 1)]];
  return number % 10 === 3 ? [...two, everywhere] : two;
}

async function show(judge: RequestJudge, { fault, bytes }: Results['faults'][number], seed: number): Promise<void> {
  const kind = kindOf(fault);
  const breaks = async (part: readonly number[]) => {
    const cuts = Array.from({ length: Math.min(part.length - 1, 60) }, (_, at) => [at + 1]);
    const { fault: other } = await judge.judge(Buffer.from(part), kind.startsWith('cut') ? cuts : []);
    return other !== undefined && kindOf(other) === kind;
  };
  const few = Buffer.from(await smallest([...bytes], breaks, 150));
  console.log(`FOUND by seed ${seed}: ${fault}`);
  console.log(`  --request '${textOfRequest(few).replaceAll("'", String.raw`\u0027`)}'`);
}

/** What a fault is about in the first place. */
const kindOf = (fault: string) =>
  fault
    .replaceAll(/\d+(?:,\d+)*/g, 'n')
    .split(/[:{]/, 1)
    .join();
