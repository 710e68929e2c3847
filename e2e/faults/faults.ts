import { readFileSync, writeFileSync } from 'node:fs';
import { Checks } from '../checks.ts';
import { extraFlags } from './lab.ts';
import { readOptions } from './options.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import { type Result, tableOf, withTable } from './table.ts';

const page = new URL('../../docs/faults.md', import.meta.url);
const options = readOptionsOrExit();
const checks = new Checks();
extraFlags.push(...options.flags);

for (let time = 1; time <= options.times; time++) {
  if (options.times > 1) console.log(`run ${time} of ${options.times}`);
  const results: Result[] = [];
  for (const scenario of options.chosen) {
    const row = await played(scenario);
    if (row) results.push({ scenario, row });
  }
  console.log(`\n${tableOf(results)}\n`);
  if (options.write && checks.failed === 0) writeFileSync(page, withTable(readFileSync(page, 'utf8'), tableOf(results)));
}
console.log(checks.summary());
process.exit(checks.failed > 0 ? 1 : 0);

function readOptionsOrExit() {
  try {
    return readOptions(process.argv.slice(2), scenarios);
  } catch (error) {
    console.error(`faults: ${(error as Error).message}`);
    process.exit(2);
  }
}

/** Runs a scenario; one that breaks off is a check that failed. */
async function played(scenario: Scenario) {
  console.log(`${scenario.name}: ${scenario.title}`);
  try {
    return await scenario.run({ checks, short: options.short });
  } catch (error) {
    checks.hold('the scenario runs to its end', false, error);
    return undefined;
  }
}
