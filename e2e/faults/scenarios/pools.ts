import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clients, Sample } from '../clients.ts';
import { inLab, type Lab, listed } from '../lab.ts';
import type { LabOrigin } from '../lab-origin.ts';
import { inSeconds, nothingLost, type Row, type Scenario, type Stage } from '../scenario.ts';
import { isFailure, longest, tailOf } from '../tally.ts';

/** Two origins for each of two pools, of which the first takes four requests at a time and lets few wait. */
function fileOf([one, two, three, four]: readonly LabOrigin[]): string {
  const list = (...origins: (LabOrigin | undefined)[]) => `[${origins.map((origin) => origin?.url).join(', ')}]`;
  return [
    'pools:',
    `  shop: { origins: ${list(one, two)}, max-connections: 2, max-waiting: 8, wait-timeout: 1s }`,
    `  api: { origins: ${list(three, four)} }`,
    'routes:',
    '  - { path: /shop, pool: shop }',
    '  - { pool: api }',
    '',
  ].join('\n');
}

/** Does something in a lab whose origins are in two pools; clients of each, and the shop's two origins. */
async function inTwoPools(work: (lab: Lab, api: Clients, shop: readonly LabOrigin[]) => Promise<Row>): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const file = join(folder, 'balancer.yml');
  const flags = (origins: readonly LabOrigin[]) => {
    writeFileSync(file, fileOf(origins));
    return [`--config=${file}`];
  };
  try {
    return await inLab((lab) => work(lab, lab.crowd({ path: '/api/things', count: 16 }), lab.origins.slice(0, 2)), flags);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Breaks the shop's origins while clients ask both pools; the other pool's clients must not feel it. */
function harmless(name: string, title: string, breaks: (shop: readonly LabOrigin[]) => Promise<unknown>, mends: typeof breaks): Scenario {
  return {
    name,
    title,
    run: (stage) =>
      inTwoPools(async (lab, api, shop) => {
        const customers = lab.crowd({ path: '/shop/cart', count: 32 });
        await delay(1000);
        const warm = performance.now();
        await delay(2000);
        const before = tailOf(api.sent(warm), stage.short);
        const broken = performance.now();
        await breaks(shop);
        await delay(stage.short ? 3000 : 8000);
        const meanwhile = tailOf(api.sent(broken), stage.short);
        await mends(shop);
        await Promise.all([api.stop(), customers.stop()]);
        return judged(
          stage,
          api.samples,
          customers.sent(broken),
          `${meanwhile.name} ${Math.round(meanwhile.ms)} ms, before ${Math.round(before.ms)} ms`,
          meanwhile.ms <= Math.max(2 * before.ms, before.ms + 50),
        );
      }),
  };
}

function judged(stage: Stage, others: readonly Sample[], ownOnes: readonly Sample[], latency: string, isAsFast: boolean): Row {
  const failed = ownOnes.filter(isFailure).length;
  stage.checks.hold('its own clients see that it is broken', failed > 0, `${failed} of ${ownOnes.length}`);
  stage.checks.hold('the other pool is as fast as before', isAsFast, latency);
  return nothingLost(stage, others, `the other pool’s ${latency}; ${failed} failures in its own`);
}

export const poolHangs: Scenario = harmless(
  'pool-hangs',
  'hang all origins of one pool of two; the clients of the other',
  async (shop) => {
    for (const origin of shop) origin.hang();
  },
  async (shop) => {
    for (const origin of shop) origin.resume();
  },
);

export const poolDies: Scenario = harmless(
  'pool-dies',
  'kill all origins of one pool of two; the clients of the other',
  (shop) => Promise.all(shop.map((origin) => origin.kill())),
  (shop) => Promise.all(shop.map((origin) => origin.start())),
);

export const poolOverloaded: Scenario = harmless(
  'pool-overloaded',
  'eight times what one pool of two takes; the clients of the other',
  (shop) => Promise.all(shop.map((origin) => origin.behave({ delayMs: 300 }))),
  (shop) => Promise.all(shop.map((origin) => origin.behave({ delayMs: 0 }))),
);

export const deploy: Scenario = {
  name: 'deploy',
  title: 'deploy two new origins in the place of two, twice, and one that is dead',
  run: (stage) =>
    inLab(
      async (lab) => {
        const { checks } = stage;
        const crowd = lab.crowd();
        await delay(500);
        const [one, two, three, four] = lab.origins as [LabOrigin, LabOrigin, LabOrigin, LabOrigin];
        const to = async (...origins: readonly LabOrigin[]) => {
          const begun = performance.now();
          const answer = await lab.admin('/api/deploy', 'POST', { origins: origins.map(({ url }) => url), timeout: '10s' });
          return { status: answer.status, took: performance.now() - begun };
        };
        /** The ports that answer what is sent from now on, over half a second. */
        const answering = async () => {
          const from = performance.now();
          await delay(500);
          return [...new Set(crowd.sent(from).map(({ body }) => body))].sort().join(' ');
        };
        const portsOf = (...origins: readonly LabOrigin[]) =>
          origins
            .map(({ port }) => String(port))
            .sort()
            .join(' ');
        const first = await to(three, four);
        const after = await answering();
        checks.hold('a deploy is done', first.status === 200, first.status);
        checks.hold('then only the new origins get requests', after === portsOf(three, four), after);
        await one.kill();
        const vain = await to(one, two);
        const still = await answering();
        checks.hold(
          'one of an origin that is dead changes nothing',
          vain.status === 409 && still === portsOf(three, four),
          `${vain.status}: ${still}`,
        );
        await one.start();
        const back = await to(one, two);
        const last = await answering();
        checks.hold('and back', back.status === 200 && last === portsOf(one, two), `${back.status}: ${last}`);
        await crowd.stop();
        return nothingLost(
          stage,
          crowd.samples,
          `done after ${inSeconds(first.took)} and ${inSeconds(back.took)}; longest ${inSeconds(longest(crowd.samples))}`,
        );
      },
      (origins) => listed(origins.slice(0, 2)),
    ),
};

export const pause: Scenario = {
  name: 'pause',
  title: 'hold all requests back for a second, twice: until it is over, and until it is ended',
  run: (stage) =>
    inLab(async (lab) => {
      const crowd = lab.crowd();
      await delay(500);
      const held = async (end: () => Promise<unknown>) => {
        const begun = performance.now();
        await lab.admin('/api/pause', 'POST', { for: '1s' });
        const paused = performance.now();
        await end();
        // Whatever was sent in the pause is answered behind it.
        await crowd.first(paused, ({ start, ms }) => start + ms > begun + 500, 'an answer behind the pause');
        return crowd.samples.filter(({ start, ms }) => start > paused && start + ms < paused + 400).length;
      };
      const early = (await held(() => delay(1000))) + (await held(() => delay(500).then(() => lab.admin('/api/resume', 'POST'))));
      await delay(500);
      await crowd.stop();
      stage.checks.hold('nobody is let in meanwhile', early === 0, early);
      return nothingLost(stage, crowd.samples, `longest ${inSeconds(longest(crowd.samples))}`);
    }),
};
