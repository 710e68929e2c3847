import { expect, test } from '@jest/globals';
import { startBalancer } from '../../running.ts';
import { until } from '../../until.ts';
import { ends, origin } from '../limited.ts';
import { asking, codes, FrameClient, flags, frame, preface, settings, types } from './frames.ts';

/** A balancer, and an origin that answers what is not asked for `/slow` at once, and the rest when it is told to. */
async function started(threads: number, ...args: string[]) {
  const held: (() => void)[] = [];
  const only = await origin((req, res) => {
    if (req.url === '/slow') {
      res.write('begun');
      held.push(() => res.end('done'));
    } else res.end('ok');
  });
  const { program, port } = await startBalancer(
    ['--h2c=on', `--threads=${threads}`, `--origins=${only.origin.url.origin}`, '--explain=off', ...args],
    {},
    (running) => ends.push(() => running.end()),
  );
  return { program, port, held };
}

const noted = /SIGTERM: stopping/;

test.each([1, 2])('at a stop, what runs is finished behind a GOAWAY, and the balancer ends with 0 (--threads %i)', async (threads) => {
  const { program, port, held } = await started(threads);
  const [busy, idle] = [await FrameClient.to(port), await FrameClient.to(port)];
  idle.ask(1);
  await idle.ended(1);
  busy.ask(1, asking('/slow'));
  await busy.first(types.data, 1);
  program.signal('SIGTERM');
  await program.printed(noted);
  expect(await idle.end()).toEqual({ code: codes.none, lastStream: 1 });
  const { payload } = await busy.first(types.goaway, 0);
  expect([payload.readUInt32BE(0), payload.readUInt32BE(4)]).toEqual([1, codes.none]);
  held[0]?.();
  await busy.ended(1);
  await busy.end();
  expect(await program.status()).toBe(0);
});

test.each([1, 2])('what doesn’t finish in its time is cut, and never looks whole (--threads %i)', async (threads) => {
  const { program, port } = await started(threads, '--drain-timeout=200ms');
  const client = await FrameClient.to(port);
  client.ask(1, asking('/slow'));
  await client.first(types.data, 1);
  program.signal('SIGTERM');
  await client.end();
  expect(client.frames.filter((came) => came.stream === 1 && came.type < 2 && (came.flags & flags.endStream) !== 0)).toEqual([]);
  expect(await program.status()).toBe(0);
});

test.each([1, 2])('a connection on which HTTP/2 begins only during a stop is told of it, too (--threads %i)', async (threads) => {
  const { program, port, held } = await started(threads);
  const [busy, late] = [await FrameClient.to(port), await FrameClient.silent(port)];
  busy.ask(1, asking('/slow'));
  await busy.first(types.data, 1);
  program.signal('SIGTERM');
  await program.printed(noted);
  late.send(preface, frame(types.settings, flags.none, 0)).ask(1);
  await late.ended(1);
  expect(await late.end()).toEqual({ code: codes.none, lastStream: 1 });
  held[0]?.();
  expect(await program.status()).toBe(0);
});

test('a client that neither takes anything nor closes does not keep it from stopping', async () => {
  const { program, port } = await started(1);
  const client = await FrameClient.to(port, [settings.initialWindow, 0]);
  client.ask(1);
  await client.first(types.headers, 1);
  const deaf = await FrameClient.to(port);
  deaf.ask(1);
  await deaf.ended(1);
  deaf.deafen();
  program.signal('SIGTERM');
  expect(await program.status()).toBe(0);
  await until(
    () => !client.isOpen,
    () => client.frames,
  );
});
