import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { Deadlines, type Expiring } from '../../src/wire/deadlines.ts';
import { until } from '../until.ts';

const now = () => performance.now();

/** Something that notes how late it was told that its time is over. */
class Item implements Expiring {
  expiresAt = Number.POSITIVE_INFINITY;
  late: number | undefined;

  expire(): void {
    this.late = now() - this.expiresAt;
    this.expiresAt = Number.POSITIVE_INFINITY;
  }
}

/** Items, and a function that moves one's deadline to so many ms from now. */
function itemsOf(count: number) {
  const deadlines = new Deadlines(now);
  const items = Array.from({ length: count }, () => new Item());
  for (const item of items) deadlines.add(item);
  const move = (item: Item | undefined, ms: number) => {
    if (!item) throw new Error('there is no such item');
    item.expiresAt = now() + ms;
    deadlines.moved(item.expiresAt);
  };
  return { deadlines, items, move };
}

const told = (items: readonly Item[]) => items.map(({ late }) => late !== undefined);

test('each is told once its time is over and not before, in whatever order they were moved', async () => {
  const { items, move } = itemsOf(4);
  for (const [i, ms] of [60, 20, 40, 80].entries()) move(items[i], ms);
  await until(
    () => told(items).every(Boolean),
    () => told(items),
  );
  for (const { late = -1 } of items) expect(late).toBeGreaterThanOrEqual(0);
});

test('who has moved on, or was taken out, is not told', async () => {
  const { deadlines, items, move } = itemsOf(3);
  for (const item of items) move(item, 10);
  move(items[0], 60_000);
  if (items[1]) deadlines.delete(items[1]);
  await until(
    () => told(items)[2] === true,
    () => told(items),
  );
  expect(told(items)).toEqual([false, false, true]);
});

test('nobody is late whose bytes have come while this process was busy itself', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [other] = (await once(server, 'connection')) as [Socket];
  const { items, move } = itemsOf(1);
  const [item] = items;
  const read = once(
    client.on('data', () => move(item, 60_000)),
    'data',
  );
  move(item, 20);
  other.write('in time');
  for (const busyUntil = now() + 60; now() < busyUntil; );
  await read;
  await new Promise((turn) => setTimeout(turn, 1));
  expect(told(items)).toEqual([false]);
  client.destroy();
  server.close();
});
