import { setTimeout as delay } from 'node:timers/promises';
import { inLab } from '../lab.ts';
import type { LabOrigin } from '../lab-origin.ts';
import type { Scenario } from '../scenario.ts';
import { failuresIn, isFailure } from '../tally.ts';

const size = 100 * 1024;

/** How often each id stands behind a word in what the origins printed. */
function count(origins: readonly LabOrigin[], line: RegExp): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { output } of origins) {
    for (const [, id = ''] of output.matchAll(line)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

export const uploads: Scenario = {
  name: 'uploads',
  title: 'POSTs of 100 KiB while one is killed, three times',
  run: ({ checks }) =>
    inLab(async (lab) => {
      const crowd = lab.crowd({ count: 16, think: 10, post: Buffer.alloc(size, 'x') });
      for (const victim of lab.origins.slice(0, 3)) {
        await delay(700);
        await victim.kill();
        await delay(700);
        await victim.start();
        await lab.comes(victim, 'ready');
      }
      await crowd.stop();

      const got = count(lab.origins, new RegExp(`^got (\\S+) ${size}$`, 'gm'));
      const answered = count(lab.origins, /^answered (\S+)$/gm);
      const acknowledged = crowd.samples.filter(({ result }) => result === 200);
      const lost = acknowledged.filter(({ id = '' }) => !got.has(id));
      const twice = [...answered].filter(([, times]) => times > 1);
      const strange = crowd.samples.filter((sample) => isFailure(sample) && sample.result !== 502);
      checks.hold(
        'none is acknowledged and lost',
        acknowledged.length > 100 && lost.length === 0,
        `${lost.length} of ${acknowledged.length}`,
      );
      checks.hold('none is answered by two origins', answered.size > 100 && twice.length === 0, twice.slice(0, 3));
      checks.hold('the only failures are 502s', strange.length === 0, failuresIn(crowd.samples));
      return {
        requests: crowd.samples.length,
        failures: failuresIn(crowd.samples),
        notes: 'a 502 is a POST that the dead one had begun to read: it may not be repeated; none delivered twice, none lost',
      };
    }),
};
