import { readOptions } from './options.ts';
import { failureIn } from './play.ts';
import { scenarioOf } from './scenario.ts';
import { shrunk } from './shrink.ts';

// Deterministic simulation testing: each seed is a world of its own, in which the balancer's own brain is played and watched.

const options = readOptionsOrExit();
const begun = performance.now();
let failed = 0;
for (let seed = options.first; seed < options.first + options.seeds; seed += 1) {
  const scenario = scenarioOf(seed);
  const failure = failureIn(scenario, seed);
  if (!failure) continue;
  failed += 1;
  console.log(`seed ${seed}, at ${failure.at.toFixed(1)} ms: ${failure.problem}`);
  console.log(`  again: npm run storm -- --seed ${seed}`);
  if (failed > options.shown) continue;
  const kind = kindOf(failure.problem);
  const small = shrunk(scenario, (smaller) => kindOf(failureIn(smaller, seed)?.problem ?? '') === kind);
  console.log(`  as small as it gets: ${JSON.stringify(small, infinite)}`);
  if (options.seeds === 1) console.log(failure.stack);
}
console.log(`storm: ${options.seeds} seeds from ${options.first} in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
console.log(`${options.seeds - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function readOptionsOrExit() {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`storm: ${(error as Error).message}`);
    process.exit(2);
  }
}

/** A problem without what differs from one world to the next. */
function kindOf(problem: string): string {
  return problem.replaceAll(/[\d.]+/g, 'n');
}

/** JSON has no infinity. */
function infinite(_key: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? 'Infinity' : value;
}
