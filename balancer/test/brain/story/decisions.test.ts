import { expect, test } from '@jest/globals';
import type { Exchange } from '../../../src/brain/exchange/exchange.ts';
import { Decisions } from '../../../src/brain/story/decisions.ts';
import { answer } from '../../../src/brain/story/desk.ts';
import { attempt, exchange as exchangeWith } from './exchanges.ts';

const exchange = (id: string, startedAt = 0) => exchangeWith({ id, startedAt });

const ended = (one: Exchange, status: number) => Object.assign(one, { ended: { at: 5, status } });
const ids = (exchanges: readonly { id: string }[]) => exchanges.map(({ id }) => id);

test('the latest are remembered, the latest first, and a new one takes the place of the oldest', () => {
  const decisions = new Decisions(3);
  expect(ids(decisions.latest())).toEqual([]);
  for (const id of ['a', 'b', 'c', 'd']) decisions.begin(exchange(id));
  expect(ids(decisions.latest())).toEqual(['d', 'c', 'b']);
  expect(decisions.find('a')).toBeUndefined();
  expect(decisions.find('b')?.id).toBe('b');
});

test('where a proxy gives the same id twice, the later exchange is found', () => {
  const decisions = new Decisions(3);
  for (const startedAt of [1, 2]) decisions.begin(exchange('same', startedAt));
  expect(decisions.find('same')?.startedAt).toBe(2);
});

test('news are gathered from the first time that somebody asks, until nobody does any more', () => {
  const decisions = new Decisions(10);
  decisions.begin(exchange('unheard'));
  expect(decisions.takeNews().exchanges).toEqual([]);
  const one = exchange('one');
  decisions.begin(one);
  decisions.changed(one);
  expect(ids(decisions.takeNews().exchanges)).toEqual(['one']);
  expect(decisions.takeNews().exchanges).toEqual([]);
  decisions.rest();
  decisions.begin(exchange('unheard, too'));
  expect(decisions.takeNews().exchanges).toEqual([]);
});

test('of too many, some are shown and the others counted once each; the end of one that was shown is shown as well', () => {
  const decisions = new Decisions(10);
  decisions.takeNews();
  const all = Array.from({ length: 100 }, (_, i) => exchange(String(i)));
  for (const one of all) decisions.begin(one);
  const first = decisions.takeNews();
  expect([first.exchanges.length, first.unseen]).toEqual([60, 40]);
  for (let i = 0; i < 60; i++) decisions.begin(exchange(`new ${i}`));
  for (const one of all) decisions.changed(ended(one, 200));
  const second = decisions.takeNews();
  expect([second.exchanges.length, second.unseen]).toEqual([120, 0]);
  expect(second.exchanges.filter((one) => one.ended)).toEqual(first.exchanges);
});

test('one that is not shown counts once, however much happens to it, and again in the next batch', () => {
  const decisions = new Decisions(100);
  decisions.takeNews();
  for (let i = 0; i < 60; i++) decisions.begin(exchange(`shown ${i}`));
  const one = exchange('unseen');
  decisions.begin(one);
  decisions.changed(one);
  for (const shown of decisions.latest().slice(1)) decisions.changed(shown);
  const short = exchange('begins and ends');
  decisions.begin(short);
  decisions.changed(ended(short, 200));
  expect(decisions.takeNews().unseen).toBe(2);
  for (let i = 0; i < 60; i++) decisions.begin(exchange(`shown then ${i}`));
  decisions.changed(one);
  expect(decisions.takeNews().unseen).toBe(1);
});

test('one whose end was shown has no place of its own any more', () => {
  const decisions = new Decisions(100);
  decisions.takeNews();
  const one = exchange('one');
  decisions.begin(one);
  decisions.takeNews();
  decisions.changed(ended(one, 200));
  decisions.takeNews();
  for (let i = 0; i < 60; i++) decisions.begin(exchange(`shown ${i}`));
  decisions.changed(one);
  expect(ids(decisions.takeNews().exchanges)).not.toContain('one');
});

test('what happened before a rest is no news after it', () => {
  const decisions = new Decisions(100);
  decisions.takeNews();
  for (let i = 0; i < 70; i++) decisions.begin(exchange(`${i}`));
  decisions.rest();
  expect(decisions.takeNews()).toEqual({ exchanges: [], unseen: 0 });
  const old = decisions.latest();
  for (let i = 0; i < 60; i++) decisions.begin(exchange(`shown ${i}`));
  for (const one of old) decisions.changed(ended(one, 200));
  expect(decisions.takeNews().exchanges).toHaveLength(60);
});

test('a list can be limited to an origin, to a status and to a class of them', () => {
  const decisions = new Decisions(10);
  for (const [id, status] of [
    ['ok', 200],
    ['bad', 502],
    ['full', 503],
  ] as const)
    decisions.begin(ended(exchange(id), status));
  decisions.begin(exchange('running'));
  const listed = (query: object) => answer({ about: 'list', query: { limit: 10, ...query } }, decisions, 0) as readonly { id: string }[];
  expect(ids(listed({}))).toEqual(['running', 'full', 'bad', 'ok']);
  expect(ids(listed({ limit: 2 }))).toEqual(['running', 'full']);
  expect(ids(listed({ status: '503' }))).toEqual(['full']);
  expect(ids(listed({ status: '5xx' }))).toEqual(['full', 'bad']);
  expect(ids(listed({ origin: 'nowhere' }))).toEqual([]);
});

test('what is remembered is bounded in bytes too: the oldest make room for long targets, and the latest always stays', () => {
  const decisions = new Decisions(1000, 100_000);
  const long = (id: string, length: number) => exchangeWith({ id, target: `/${'x'.repeat(length)}` });
  for (let i = 0; i < 500; i++) decisions.begin(long(String(i), 8000));
  expect(ids(decisions.latest())).toEqual(Array.from({ length: 11 }, (_, i) => String(499 - i)));
  for (let i = 0; i < 2500; i++) decisions.begin(long(`short ${i}`, 1));
  expect(decisions.latest().length).toBeGreaterThan(90);
  decisions.begin(long('huge', 200_000));
  expect(ids(decisions.latest())).toEqual(['huge']);
});

test('what attempts add to an exchange until its end counts as well', () => {
  const decisions = new Decisions(10, 5000);
  const [one, two] = [exchange('one'), exchange('two')];
  for (const each of [one, two]) decisions.begin(each);
  two.attempts.push(attempt(), attempt(), attempt(), attempt());
  decisions.changed(ended(two, 200));
  expect(ids(decisions.latest())).toEqual(['two']);
});

test('who was left out counts as well, also where nobody was left', () => {
  const decisions = new Decisions(10, 5000);
  for (const id of ['one', 'two', 'three']) {
    const nobody = Array.from({ length: 8 }, () => ({ id: 'a:1', reason: 'down: no answer' }));
    decisions.begin(exchangeWith({ id, nobody }));
  }
  expect(ids(decisions.latest())).toEqual(['three']);
});
