import { describe, expect, test } from '@jest/globals';
import { HealthRecord, type Verdict } from '../../../src/brain/health/record.ts';

const thresholds = { rise: 2, fall: 3 };

/** What a record concludes from a sequence of g(ood) and b(ad) probes, l(ost) and c(onnected) connections: u(p), d(own) or -. */
function conclusions(start: 'up' | 'unsure', events: string): string {
  const record = new HealthRecord(start);
  return [...events].map((event) => letterFor(take(record, event))).join('');
}

function take(record: HealthRecord, event: string): Verdict | undefined {
  switch (event) {
    case 'g':
      return record.probedWell(thresholds);
    case 'b':
      return record.probedBadly('ECONNREFUSED', thresholds);
    case 'l':
      return record.lost('ECONNRESET');
    default:
      record.connected();
      return undefined;
  }
}

function letterFor(verdict: Verdict | undefined): string {
  return verdict ? verdict.health.charAt(0) : '-';
}

describe('probes', () => {
  test.each([
    ['the first one decides alone', 'up', 'g', 'u'],
    ['the first one decides alone', 'up', 'b', 'd'],
    ['the first one decides alone', 'unsure', 'g', 'u'],
    ['who was never well needs one good probe', 'up', 'bbg', 'ddu'],
    ['three bad ones in a row put down who was well', 'up', 'gbbb', 'u--d'],
    ['a good one between starts the count again', 'up', 'gbbgbbb', 'u-----d'],
    ['two good ones in a row bring it back', 'up', 'gbbbgg', 'u--d-u'],
    ['a bad one between starts that count again', 'up', 'gbbbgbgg', 'u--d---u'],
  ] as const)('%s', (_rule, start, events, expected) => {
    expect(conclusions(start, events)).toBe(expected);
  });
});

describe('failed connections', () => {
  test.each([
    ['two in a row put an origin down', 'gll', 'u-d'],
    ['a connection that holds between starts the count again', 'glcll', 'u---d'],
    ['so does a good probe', 'glgll', 'u---d'],
    ['only good probes bring it back', 'gllccgg', 'u-d---u'],
    ['they say nothing new about an origin that is down', 'gbbbll', 'u--d--'],
    ['before the first probe they count too', 'll', '-d'],
  ])('%s', (_rule, events, expected) => {
    expect(conclusions('up', events)).toBe(expected);
  });

  test('are told from probes, which find out more', () => {
    const record = new HealthRecord('up');
    record.probedWell(thresholds);
    record.lost('ECONNRESET');
    expect(record.lost('ECONNRESET')).toEqual({ health: 'down', reason: '2 of 2 connections failed, ECONNRESET', probed: false });
    record.probedBadly('ECONNREFUSED', thresholds);
    record.probedBadly('ECONNREFUSED', thresholds);
    expect(record.probedBadly('ECONNREFUSED', thresholds)).toEqual({
      ...{ health: 'down', reason: '3 of 3 probes failed, ECONNREFUSED', probed: true },
    });
  });
});

test('is settled while an origin that showed itself well has no bad probe', () => {
  const record = new HealthRecord('up');
  expect(record.isSettled).toBe(false);
  record.probedWell(thresholds);
  expect(record.isSettled).toBe(true);
  record.probedBadly('no answer', thresholds);
  expect(record.isSettled).toBe(false);
});
