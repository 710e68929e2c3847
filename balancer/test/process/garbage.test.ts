import { Agent, get } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { startOrigin } from '../origins.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

test('nothing of a request is made old from the start, and outlives it until the next full garbage collection', async () => {
  const { origin, close } = await startOrigin((_req, res) => res.end());
  ends.push(close);
  const args = ['balancer/src/main.ts', '--port=0', '--admin-port=off', '--log=pretty', `--origins=${origin.url}`];
  const program = new Program('--trace-pretenuring-statistics', args);
  ends.push(() => program.end());
  const port = await program.port();
  const agent = new Agent({ keepAlive: true });
  ends.push(() => agent.destroy());
  const ask = () => new Promise((done, fail) => get({ port, agent }, (res) => res.resume().on('end', done)).on('error', fail));
  let asked = 0;
  const one = async () => {
    for (; asked < 1500; asked += 1) await ask();
  };
  await Promise.all(Array.from({ length: 64 }, one));
  expect(program.output).not.toMatch(/=> tenure/);
}, 60_000);
