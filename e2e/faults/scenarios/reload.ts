import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clients } from '../clients.ts';
import { Lab } from '../lab.ts';
import type { LabOrigin } from '../lab-origin.ts';
import { nothingLost, type Scenario } from '../scenario.ts';
import { longest } from '../tally.ts';

/** A configuration file that lists the given origins, with a weight each. */
function fileOf(origins: readonly LabOrigin[], weights: readonly number[] = []): string {
  return `origins:\n${origins.map(({ url }, index) => `  - ${url} weight=${weights[index] ?? 1}\n`).join('')}`;
}

/** The share of each port among what was sent from now on, over half a second. */
async function sharesIn(crowd: Clients): Promise<Record<string, number>> {
  const from = performance.now();
  await delay(500);
  const samples = crowd.sent(from);
  const shares: Record<string, number> = {};
  for (const { body } of samples) shares[body] = (shares[body] ?? 0) + 1 / samples.length;
  return shares;
}

export const reload: Scenario = {
  name: 'reload',
  title: 'change the configuration file five times, once with a mistake',
  run: async (stage) => {
    const folder = mkdtempSync(join(tmpdir(), 'faults-'));
    const file = join(folder, 'balancer.yml');
    const lab = await Lab.start((origins) => {
      writeFileSync(file, fileOf(origins));
      return [`--config=${file}`];
    });
    /** Writes the file and resolves when the log says so once more. */
    const write = async (content: string, word: string) => {
      const said = () => lab.balancer.output.split(word).length;
      const before = said();
      writeFileSync(file, content);
      await lab.until(`the log says "${word}" again`, async () => said() > before);
    };
    try {
      const { checks } = stage;
      const crowd = lab.crowd();
      const [first, second, third, fourth] = lab.origins as [LabOrigin, LabOrigin, LabOrigin, LabOrigin];
      await delay(500);

      await write(fileOf([second, third, fourth]), 'configuration changed');
      const without = await sharesIn(crowd);
      checks.hold('an origin that is no longer listed gets nothing', without[first.port] === undefined, without);

      await write(fileOf(lab.origins), 'configuration changed');
      await lab.comes(first, 'ready');
      await write(fileOf(lab.origins, [3, 1, 1, 1]), 'configuration changed');
      const weighted = (await sharesIn(crowd))[first.port] ?? 0;
      checks.hold('weight 3 of 6 gets half', Math.abs(weighted - 0.5) < 0.05, weighted.toFixed(3));

      await write('origins: ftp://nowhere\nretries: many\n', 'the running one stays');
      const kept = (await sharesIn(crowd))[first.port] ?? 0;
      checks.hold('a file with mistakes changes nothing', Math.abs(kept - 0.5) < 0.05, kept.toFixed(3));
      checks.hold('and each mistake is logged', /ftp:\/\/nowhere.*retries/.test(lab.balancer.output), true);

      writeFileSync(file, `${fileOf(lab.origins)}response-timeout: 4s\n`);
      lab.balancer.signal('SIGHUP');
      await lab.until('weights are equal again', async () => Math.abs(((await sharesIn(crowd))[first.port] ?? 0) - 0.25) < 0.05);
      await crowd.stop();
      return nothingLost(stage, crowd.samples, `longest ${Math.round(longest(crowd.samples))} ms`);
    } finally {
      await lab.close();
      rmSync(folder, { recursive: true });
    }
  },
};
