import { expect, test } from '@jest/globals';
import { Pool } from '../../src/pool/pool.ts';
import { originAt } from '../origins.ts';

const pool = () => new Pool([originAt(1), originAt(2)], 2);

test('offers every origin in list order, but for those to be left out', () => {
  const ids = (except: string[]) =>
    pool()
      .candidates(except)
      .map(({ origin }) => origin.id);
  expect(ids([])).toEqual(['127.0.0.1:1', '127.0.0.1:2']);
  expect(ids(['127.0.0.1:1'])).toEqual(['127.0.0.1:2']);
  expect(ids(['127.0.0.1:1', '127.0.0.1:2'])).toEqual([]);
});

test('counts a lease in flight until it is given back, and gives it back once only', () => {
  const two = pool();
  const [first] = two.candidates([]);
  if (!first) throw new Error('no candidate');
  const release = two.lease(first);
  const another = two.lease(first);
  expect(first.inFlight).toBe(2);
  release();
  release();
  expect(first.inFlight).toBe(1);
  another();
  expect(two.status()).toEqual([
    { id: '127.0.0.1:1', url: 'http://127.0.0.1:1', inFlight: 0 },
    { id: '127.0.0.1:2', url: 'http://127.0.0.1:2', inFlight: 0 },
  ]);
});

test('leaves out an origin that has all it may have', () => {
  const two = pool();
  const [first] = two.candidates([]);
  if (!first) throw new Error('no candidate');
  two.lease(first);
  expect(two.candidates([])).toHaveLength(2);
  const release = two.lease(first);
  expect(two.candidates([]).map(({ origin }) => origin.id)).toEqual(['127.0.0.1:2']);
  release();
  expect(two.candidates([])).toHaveLength(2);
});
