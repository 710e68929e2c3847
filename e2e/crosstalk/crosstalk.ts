import { parseArgs } from 'node:util';
import { seeded } from '../../balancer/src/brain/seeded.ts';
import { Checks } from '../checks.ts';
import { Balancer } from '../raw/balancer.ts';
import { type Tally, visit } from './client.ts';
import { EchoOrigin } from './echo-origin.ts';

const { values } = parseArgs({
  options: {
    ...{ seed: { type: 'string' }, seconds: { type: 'string' }, short: { type: 'boolean' } },
    ...{ threads: { type: 'string', default: '1,2' }, tree: { type: 'string', default: '' } },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const seconds = Number(values.seconds ?? (values.short ? 6 : 60));

/** Connections at a time. */
const atOnce = 24;

/** Few places at each origin, so that connections to them are used again at once. */
const flags = ['--max-connections=8', '--response-timeout=300ms', '--idle-timeout=2s', '--drain-timeout=1s', '--connect-timeout=1s'];

const checks = new Checks();
console.log(`crosstalk: seed ${seed}, ${seconds} s for each number of threads`);
for (const threads of values.threads.split(',').map(Number)) await listen(threads);
console.log(checks.summary());
process.exit(checks.failed > 0 ? 1 : 0);

/** Lets marked requests run for a while, and checks that none met another. */
async function listen(threads: number): Promise<void> {
  const origins = await Promise.all([
    EchoOrigin.start({ ignoresBodies: true, isFaulty: false }),
    EchoOrigin.start({ ignoresBodies: false, isFaulty: false }),
    EchoOrigin.start({ ignoresBodies: false, isFaulty: true }),
  ]);
  const balancer = await Balancer.start(values.tree, [
    `--origins=${origins.map(({ url }) => url).join()}`,
    `--threads=${threads}`,
    ...flags,
  ]);
  const tally: Tally = { own: 0, refused: 0, unanswered: 0, wrong: [] };
  const end = performance.now() + seconds * 1000;
  let connections = 0;
  const clients = Array.from({ length: atOnce }, async () => {
    while (performance.now() < end && !balancer.hasEnded) {
      connections += 1;
      await visit(balancer.ports.public, connections, seeded(seed + connections), tally);
    }
  });
  await Promise.all(clients);
  const mixed = origins.flatMap((origin) => origin.mixed);
  const who = threads === 1 ? 'one thread' : `${threads} threads`;
  const seen = `${tally.own} own, ${tally.refused} refused, ${tally.unanswered} unanswered`;
  checks.hold(`${who}: every answer is its own request’s, whole (${seen})`, tally.wrong.length === 0, brief(tally.wrong));
  checks.hold(`${who}: no origin got two requests in one`, mixed.length === 0, brief(mixed));
  checks.hold(`${who}: most are answered`, tally.own > 3 * tally.refused, seen);
  const faults = await balancer.faults();
  checks.hold(`${who}: nothing is wrong with it, nor left, when all are gone`, faults.length === 0, brief(faults));
  await balancer.program.end();
  for (const origin of origins) origin.close();
}

/** The first of many. */
function brief(list: readonly string[]): string {
  return list.length === 0 ? 'none' : `${list.length}: ${list.slice(0, 4).join(' | ')}`;
}
