import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../../src/account/record.ts';
import type { Outcome } from '../../../src/brain/exchange/outcome.ts';
import { attemptBriefOf, briefOf } from '../../../src/brain/story/brief.ts';
import { originAt } from '../../origins.ts';
import { attempt, exchange } from './exchanges.ts';
import { nowhere, toShop } from './routed.ts';

const refused: Outcome = { kind: 'failed', during: 'connecting', reason: 'ECONNREFUSED', cause: 'lost' };
const answered = (status: number): Outcome => ({ kind: 'answered', status });

describe('a list shows of an exchange', () => {
  test('while it runs, what is known so far', () => {
    const plain = { id: 'id-1', at: 1000, client: '10.0.0.1', method: 'GET', target: '/cart?x=1', status: null, ms: null };
    expect(briefOf(exchange())).toEqual({ ...plain, policy: '', attempts: [] });
    const attempts = [{ origin: '127.0.0.1:1', result: null, isFailure: false }];
    expect(briefOf(exchange({ attempts: [attempt()] }))).toEqual({ ...plain, policy: 'first', attempts });
  });

  test('when it has ended, what the client got and how long it took', () => {
    expect(briefOf(exchange({ ended: { at: 1002.345678, status: 200 } }))).toMatchObject({ at: 1000, status: 200, ms: 2.35 });
    expect(briefOf(exchange({ ended: { at: 1002, status: null } }))).toMatchObject({ status: null, ms: 2 });
  });

  test('the pool that its route led to, if one did', () => {
    expect(briefOf(exchange({ routed: toShop })).pool).toBe('shop');
    expect(briefOf(exchange({ routed: nowhere }))).not.toHaveProperty('pool');
  });

  test('the policy of its latest pick', () => {
    const earlier = attempt();
    const attempts = [{ ...earlier, choice: { ...earlier.choice, policy: 'random' } }, attempt()];
    expect(briefOf(exchange({ attempts })).policy).toBe('first');
  });

  test('two hundred characters of its target', () => {
    expect(briefOf(exchange({ target: `/${'x'.repeat(199)}` })).target).toHaveLength(200);
    expect(briefOf(exchange({ target: `/${'x'.repeat(200)}` })).target).toBe(`/${'x'.repeat(199)}`);
  });
});

test.each<[Outcome, string, boolean]>([
  [answered(200), '200', false],
  [answered(404), '404', false],
  [answered(499), '499', false],
  [answered(500), '500', true],
  [answered(503), '503', true],
  [refused, 'ECONNREFUSED', true],
  [{ ...refused, during: 'waiting' }, 'ECONNREFUSED', true],
  [{ ...refused, during: 'answering' }, 'ECONNREFUSED in mid-answer', true],
  [{ kind: 'starved' }, 'client stalled', false],
  [{ kind: 'overlong' }, 'body too long', false],
  [{ kind: 'unread' }, 'client stalled', false],
  [{ kind: 'abandoned' }, 'client left', false],
])('%j is shown as "%s", a failure of the origin: %s', (outcome, result, isFailure) => {
  expect(attemptBriefOf(attempt({ outcome }))).toEqual({ origin: '127.0.0.1:1', result, isFailure });
});

describe('a record', () => {
  const time = new Date(0);
  const said = { protocol: 'HTTP/1.1', bytesIn: 0, bytesOut: 0 };
  const failed = attempt({ origin: originAt(2), outcome: refused });
  const well = attempt({ outcome: answered(200) });

  test('has every attempt, in order, and the origin that answered', () => {
    expect(recordOf(exchange({ attempts: [failed, well], ended: { at: 1003, status: 200 } }), said, 1003.456, time)).toEqual({
      ...{ time: '1970-01-01T00:00:00.000Z', level: 'info', id: 'id-1', client: '10.0.0.1', method: 'GET', target: '/cart?x=1' },
      ...{ path: '/cart', ...said, retryReason: 'ECONNREFUSED' },
      ...{ origin: '127.0.0.1:1', status: 200, ms: 3.46 },
      attempts: [
        { origin: '127.0.0.1:2', result: 'ECONNREFUSED' },
        { origin: '127.0.0.1:1', result: '200' },
      ],
    });
  });

  test('has the number of its route, what that made of it, and the pool, where there are routes', () => {
    const routed = recordOf(exchange({ routed: toShop }), said, 1003, time);
    expect(routed).toMatchObject({ route: 3, routed: toShop.why, pool: 'shop' });
    const lost = recordOf(exchange({ routed: nowhere }), said, 1003, time);
    expect(lost).toMatchObject({ route: null, routed: 'no route takes it' });
    expect(lost).not.toHaveProperty('pool');
  });

  test('has no origin where none answered, and no status where the client got no whole answer', () => {
    expect(recordOf(exchange({ attempts: [failed], ended: { at: 1003, status: 502 } }), said, 1003, time)).toMatchObject({
      origin: null,
      status: 502,
    });
    expect(recordOf(exchange({ ended: { at: 1003, status: null } }), said, 1003, time)).toMatchObject({ origin: null, status: null });
  });
});
