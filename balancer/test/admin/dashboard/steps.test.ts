import { describe, expect, test } from '@jest/globals';
import { barsOf } from '../../../src/admin/dashboard/why/bars.ts';
import { lookOf } from '../../../src/admin/dashboard/why/origin-look.ts';
import { stepsOf } from '../../../src/admin/dashboard/why/steps.ts';
import { candidate, decision, report } from './exchanges.ts';

const refused = report('a:1', { result: 'ECONNREFUSED', isFailure: true, connectedMs: null, firstByteMs: null, endedMs: 3 });
const again = report('b:2', {
  ...{ candidates: [candidate('b:2')], candidatesInAll: 1, excluded: [{ id: 'a:1', reason: 'already tried' }] },
  ...{ pickedMs: 3, connectedMs: 4, firstByteMs: 6, endedMs: 8 },
});

describe('the steps of a request', () => {
  test('that goes well', () => {
    const steps = stepsOf(decision([report('a:1')]));
    expect(steps.map(({ title }) => title)).toEqual([
      ...['Received', 'Candidates', 'Filtered', 'Scored', 'Picked'],
      ...['Connected', 'First byte', 'Done'],
    ]);
    expect(steps.map(({ sentence }) => sentence)).toEqual([
      '10.0.0.1 asks for GET /.',
      'The balancer knows 2 origins.',
      'None is left out: 2 origins take this request.',
      'The policy round-robin looks at these figures, as they were at this moment.',
      'The pick is a:1; round-robin: it has waited longest.',
      'After 1 ms a connection to a:1 is there, and the request leaves on it.',
      'a:1 begins to answer 2 ms later.',
      'The client got 200 after 5 ms.',
    ]);
  });

  test('that is tried again', () => {
    const steps = stepsOf(decision([refused, again], { ms: 8 }));
    expect(steps.map(({ title, attempt }) => `${attempt} ${title}`)).toEqual([
      ...['0 Received', '0 Candidates', '0 Filtered', '0 Scored', '0 Picked', '0 Failed, retried'],
      ...['1 Candidates', '1 Filtered', '1 Scored', '1 Picked', '1 Connected', '1 First byte', '1 Done'],
    ]);
    expect(steps[5]?.sentence).toBe('a:1: ECONNREFUSED. It is tried again, at b:2.');
    expect(steps[7]?.sentence).toBe('Left out: a:1 (already tried). 1 origin takes this request.');
    expect(steps[8]?.sentence).toBe('There is only one candidate.');
  });

  test('that is not tried again say why not', () => {
    const steps = stepsOf(decision([refused], { status: 502, notRetried: 'the body was sent already' }));
    expect(steps.at(-2)).toMatchObject({
      title: 'Failed',
      sentence: 'a:1: ECONNREFUSED. It is not tried again: the body was sent already.',
    });
    expect(steps.at(-1)?.sentence).toBe('The client got 502 after 5 ms.');
  });

  test('that nobody could take', () => {
    const nobody = [{ id: 'a:1', reason: 'down' }];
    const steps = stepsOf(decision([], { status: 503, nobody }));
    expect(steps.map(({ title, sentence }) => [title, sentence]).slice(1)).toEqual([
      ['No candidate', 'No origin could take it: a:1 (down).'],
      ['Done', 'The client got 503 after 5 ms.'],
    ]);
  });

  test('that a route led to a pool say which one, and why', () => {
    const route = 'route 2 (everything) split it: next, 5 of 100, by chance';
    const steps = stepsOf(decision([report('a:1')], { route, pool: 'next' }));
    expect(steps.slice(1, 3).map(({ title, sentence }) => [title, sentence])).toEqual([
      ['Routed', 'Route 2 (everything) split it: next, 5 of 100, by chance.'],
      ['Candidates', 'The balancer knows 2 origins.'],
    ]);
  });

  test('that its route had answered go to no origin, and say nothing of candidates', () => {
    const steps = stepsOf(decision([], { status: 308, route: 'route 1 (/old/) sends its client on' }));
    expect(steps.map(({ title }) => title)).toEqual(['Received', 'Routed', 'Done']);
    const full = stepsOf(decision([], { status: 503, route: 'route 1 (/) leads to pool api', pool: 'api', notRetried: 'none is free' }));
    expect(full.map(({ title }) => title)).toEqual(['Received', 'Routed', 'No candidate', 'Done']);
  });

  test('end where a running one is now', () => {
    const waiting = report('a:1', { result: null, firstByteMs: null, endedMs: null });
    expect(stepsOf(decision([waiting], { status: null, ms: null })).at(-1)?.title).toBe('Connected');
  });

  test('say where a cookie decided, and who got no whole answer', () => {
    const steps = stepsOf(decision([report('a:1', { by: 'cookie' })], { status: null }));
    expect(steps[3]?.sentence).toContain('a cookie that names an origin');
    expect(steps.at(-1)?.sentence).toBe('The client got no whole answer after 5 ms.');
  });
});

describe('the timeline', () => {
  test('has a bar for each stretch, end to end', () => {
    expect(barsOf(decision([report('a:1')])).map(({ what, from, to }) => [what, from, to])).toEqual([
      ['before', 0, 0.2],
      ['connect', 0.2, 0.4],
      ['wait', 0.4, 0.8],
      ['body', 0.8, 1],
    ]);
  });

  test('goes on with the next attempt', () => {
    const bars = barsOf(decision([refused, again], { ms: 8 }));
    expect(bars.map(({ attempt, what, ms }) => [attempt, what, ms])).toEqual([
      [0, 'before', 1],
      [0, 'failed', 2],
      [1, 'connect', 1],
      [1, 'wait', 2],
      [1, 'body', 2],
    ]);
    expect(bars.at(-1)?.to).toBe(1);
  });

  test('is empty where nothing is known', () => {
    expect(barsOf(decision([], { ms: null }))).toEqual([]);
  });
});

describe('an origin in the small picture', () => {
  test('is struck out once it is filtered, with the reason', () => {
    expect(lookOf('a:1', 'candidates', again)).toMatchObject({ isOut: false, isLit: true });
    expect(lookOf('a:1', 'excluded', again)).toMatchObject({ isOut: true, isLit: true, figures: 'already tried' });
  });

  test('is not struck out before anybody was filtered', () => {
    expect((['client', 'route', 'candidates'] as const).map((focus) => lookOf('a:1', focus, again).isOut)).toEqual([false, false, false]);
  });

  test('shows its figures while they decide', () => {
    const figures = { ...candidate('b:2'), inFlight: 3, latencyMs: 12.34, lastTurn: 7 };
    const busy = report('b:2', { candidates: [figures] });
    expect(lookOf('b:2', 'scores', busy)).toMatchObject({ isLit: true, figures: 'weight 1 · 3 in flight · 12.3 ms · turn 7' });
    expect(lookOf('b:2', 'answer', busy)).toMatchObject({ isLit: true, isPicked: true, figures: '' });
  });

  test('is not struck out where a cookie led to it, though it was no candidate', () => {
    const led = report('z:9', { by: 'cookie', candidates: [] });
    expect([lookOf('z:9', 'pick', led).isOut, lookOf('z:9', 'scores', led).isOut]).toEqual([false, true]);
  });

  test('is marked where it failed', () => {
    expect(lookOf('a:1', 'failure', refused)).toMatchObject({ isFailed: true, isPicked: true });
    expect(lookOf('b:2', 'failure', refused)).toMatchObject({ isFailed: false, isPicked: false, isLit: false });
  });
});
