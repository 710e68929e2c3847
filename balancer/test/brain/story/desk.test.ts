import { expect, test } from '@jest/globals';
import type { ExchangeBrief } from '../../../src/brain/story/brief.ts';
import { Decisions } from '../../../src/brain/story/decisions.ts';
import { answer, type DecisionQuery, type Question } from '../../../src/brain/story/desk.ts';
import { originAt } from '../../origins.ts';
import { routeOf } from '../route/routes.ts';
import { attempt, exchange } from './exchanges.ts';

/** The desk of thread 3, and the decisions that it knows of. */
function desk() {
  const decisions = new Decisions(100);
  const asked = (question: Question) => answer(question, decisions, 3);
  const listed = (query: Partial<DecisionQuery>) =>
    (asked({ about: 'list', query: { limit: 10, ...query } }) as readonly ExchangeBrief[]).map(({ id }) => id);
  return { decisions, asked, listed };
}

test('a list is limited after it was filtered, by any origin that an attempt went to and by what the client was told', () => {
  const { decisions, listed } = desk();
  const attempts = [attempt({ origin: originAt(1) }), attempt({ origin: originAt(2) })];
  decisions.begin(exchange({ id: 'went on', attempts, ended: { at: 1010, status: 200 } }));
  decisions.begin(exchange({ id: 'refused', ended: { at: 1010, status: 503 } }));
  decisions.begin(exchange({ id: 'left', attempts: attempts.slice(0, 1), ended: { at: 1010, status: null } }));
  expect(listed({})).toEqual(['left', 'refused', 'went on']);
  expect(listed({ status: '200', limit: 1 })).toEqual(['went on']);
  expect(listed({ status: '5xx', limit: 1 })).toEqual(['refused']);
  expect(listed({ origin: '127.0.0.1:1' })).toEqual(['left', 'went on']);
  expect(listed({ origin: '127.0.0.1:2', limit: 1 })).toEqual(['went on']);
  expect(listed({ origin: '127.0.0.1:1', status: '2xx' })).toEqual(['went on']);
});

test('a list can be of one pool, by where their routes led', () => {
  const { decisions, listed } = desk();
  const to = (pool: string) => ({ kind: 'pool', pool, route: routeOf(), why: '' }) as const;
  decisions.begin(exchange({ id: 'no route' }));
  decisions.begin(exchange({ id: 'redirected', routed: { kind: 'redirect', route: routeOf(), why: '', status: 308, location: '/' } }));
  for (const pool of ['shop', 'api', 'shop']) decisions.begin(exchange({ id: `to ${pool}`, routed: to(pool) }));
  expect([listed({ pool: 'shop' }), listed({ pool: 'api' }), listed({ pool: 'next' })]).toEqual([['to shop', 'to shop'], ['to api'], []]);
});

test('one is told with the thread that served it; one that is not remembered is not known', () => {
  const { decisions, asked } = desk();
  decisions.begin(exchange());
  expect(asked({ about: 'one', id: 'id-1' })).toMatchObject({ id: 'id-1', thread: 3 });
  expect(asked({ about: 'one', id: 'id-2' })).toBeUndefined();
});

test('news are told from the first question on, with how many more there were, until a rest', () => {
  const { decisions, asked } = desk();
  expect(asked({ about: 'news' })).toEqual({ exchanges: [], unseen: 0 });
  for (let i = 0; i < 62; i++) decisions.begin(exchange({ id: `${i}` }));
  expect(asked({ about: 'nothing' })).toBeUndefined();
  expect(asked({ about: 'news' })).toMatchObject({ exchanges: { length: 60, 0: { id: '0', status: null } }, unseen: 2 });
  expect(asked({ about: 'rest' })).toBeUndefined();
  decisions.begin(exchange());
  expect(asked({ about: 'news' })).toEqual({ exchanges: [], unseen: 0 });
});
