/** @jest-environment node */
import { createServer } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Outcome } from '../../../src/brain/exchange/outcome.ts';
import { Health } from '../../../src/brain/health/health.ts';
import type { HealthSettings } from '../../../src/brain/health/watch.ts';
import { witness } from '../../../src/brain/health/witness.ts';
import { MainRoster } from '../../../src/brain/pool/main-roster.ts';
import type { Origin } from '../../../src/brain/select/origin.ts';
import { checkBy, httpCheck, tcpCheck } from '../../../src/probe/check.ts';
import { world } from '../../../src/process/world.ts';
import { ownLedger } from '../../ledger.ts';
import { deadOrigin, originAt, startOrigin } from '../../origins.ts';
import { until } from '../../until.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const { now } = world;

/** Health over the given origins, with probes that follow each other fast. */
function healthOver(origins: readonly Origin[], changes: Partial<HealthSettings> = {}) {
  const settings = { check: checkBy(httpCheck('/health')), interval: 40, timeout: 1000, rise: 2, fall: 3, maxEjected: 0.5, ...changes };
  const ledger = ownLedger();
  const roster = new MainRoster(origins, ledger, now);
  const health = new Health({ roster, settings: () => settings, world: { ...world, random: () => 0.5 } });
  ends.push(() => health.stop());
  const tell = witness({ roster, now, all: ledger.exchanges() }, (id, evidence) => health.observe(id, evidence));
  const observe = (origin: Origin, outcome: Outcome, startedAt = Number.POSITIVE_INFINITY) => tell({ origin, outcome, startedAt });
  const states = () => roster.members.map(({ standing: { state, reason } }) => `${state}: ${reason}`);
  const start = () => new Promise<void>((resolve) => health.start(resolve));
  return {
    roster,
    health,
    settings,
    start,
    observe,
    states,
    come: (...expected: string[]) => until(() => expected.join() === states().join(), states),
  };
}

/** An origin that answers health checks with the latest status that it was given; 0 answers nothing at all. */
async function patient(status = 200) {
  const state = { status, probes: 0 };
  const started = await startOrigin((_req, res) => {
    state.probes += 1;
    if (state.status > 0) res.writeHead(state.status).end();
  });
  ends.push(started.close);
  return { origin: started.origin, state };
}

const answered = (status: number): Outcome => ({ kind: 'answered', status });
const refused: Outcome = { kind: 'failed', during: 'connecting', cause: 'lost', reason: 'ECONNREFUSED' };

describe('probes', () => {
  test('make a first round at once, after which it is known who is well', async () => {
    const [well, ill] = [await patient(), await patient(503)];
    const { health, states, start } = healthOver([well.origin, ill.origin, deadOrigin()], { interval: 60_000 });
    expect(health.knows).toBe(false);
    await start();
    expect(health.knows).toBe(true);
    expect(states()).toEqual([
      'ready: 1 of 1 probes passed',
      'down: 1 of 1 probes failed, answered 503',
      'down: 1 of 1 probes failed, ECONNREFUSED',
    ]);
  });

  test('take an origin out after three failures and bring it back after two successes', async () => {
    const { origin, state } = await patient();
    const { come, start } = healthOver([origin]);
    await start();
    state.status = 500;
    await come('down: 3 of 3 probes failed, answered 500');
    state.status = 200;
    await come('ready: 2 of 2 probes passed');
  });

  test('that get no answer in time are failures, and do not wait for the others', async () => {
    const [hung, well] = [await patient(0), await patient()];
    const { health, come } = healthOver([hung.origin, well.origin], { timeout: 30 });
    health.start();
    await come('down: 1 of 1 probes failed, no answer in 30 ms', 'ready: 1 of 1 probes passed');
  });

  test('are remembered: the latest 20, oldest first, each with when it ended, how long it took and what was wrong', async () => {
    const { origin, state } = await patient(503);
    const { health, start } = healthOver([origin], { interval: 8 });
    const begun = now();
    await start();
    expect(health.probesOf(origin.id)).toMatchObject([{ problem: 'answered 503' }]);
    state.status = 200;
    const last = () => health.probesOf(origin.id).at(-1);
    await until(() => state.probes > 25 && !('problem' in (last() ?? {})), last);
    const probes = health.probesOf(origin.id);
    const ends = probes.map(({ at }) => at);
    expect([probes.length, probes.every((probe) => !('problem' in probe))]).toEqual([20, true]);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    expect(probes.every(({ at, tookMs }) => tookMs > 0 && at - tookMs > begun && at <= now())).toBe(true);
    expect(health.probesOf('nobody')).toEqual([]);
  });

  test('end with stop', async () => {
    const { origin, state } = await patient();
    const { health, start } = healthOver([origin], { interval: 1 });
    await start();
    health.stop();
    const { probes } = state;
    for (let i = 0; i < 50; i++) await new Promise(setImmediate);
    expect(state.probes).toBeLessThanOrEqual(probes + 1);
  });
});

describe('requests', () => {
  test('take an origin out with two lost connections, until probes bring it back', async () => {
    const { origin } = await patient();
    const { states, come, observe, start } = healthOver([origin, originAt(2)], { interval: 60_000 });
    await start();
    observe(origin, refused);
    expect(states()[0]).toMatch(/^ready/);
    observe(origin, refused);
    expect(states()[0]).toBe('down: 2 of 2 connections failed, ECONNREFUSED');
    await come('down: 2 of 2 connections failed, ECONNREFUSED', states()[1] ?? '');
  });

  test('that were under way when an origin was taken out say nothing more about it', async () => {
    const { origin } = await patient();
    const { states, come, observe, start } = healthOver([origin, (await patient()).origin]);
    await start();
    for (let i = 0; i < 20; i++) observe(origin, refused);
    expect(states()[0]).toBe('down: 2 of 2 connections failed, ECONNREFUSED');
    await come('ready: 2 of 2 probes passed', 'ready: 1 of 1 probes passed');
    observe(origin, answered(500));
    expect(states()[0]).toMatch(/^ready/);
  });

  test('that began before an origin came back say nothing of how it is now', async () => {
    const { origin } = await patient();
    const { roster, observe, states, come, start } = healthOver([origin, (await patient()).origin]);
    await start();
    const before = now();
    for (let i = 0; i < 2; i++) observe(origin, refused);
    await come('ready: 2 of 2 probes passed', 'ready: 1 of 1 probes passed');
    const late: Outcome = { kind: 'failed', during: 'waiting', cause: 'timeout', reason: 'too late' };
    for (let i = 0; i < 10; i++) observe(origin, late, before);
    expect(states()[0]).toMatch(/^ready/);
    for (let i = 0; i < 5; i++) observe(origin, late, now());
    expect(roster.memberAt(origin)?.standing.state).toBe('ejected');
  });

  test('that lost an origin have it probed at once', async () => {
    const { origin, state } = await patient();
    const { observe, start } = healthOver([origin], { interval: 60_000 });
    await start();
    expect(state.probes).toBe(1);
    for (let i = 0; i < 2; i++) observe(origin, refused);
    await until(
      () => state.probes === 2,
      () => state,
    );
  });

  test('eject an origin with five bad answers in a row, though probes find it well', async () => {
    const [bad, good] = [await patient(), await patient()];
    const { states, observe, start } = healthOver([bad.origin, good.origin]);
    await start();
    for (const status of [500, 502, 200, 500, 500, 500, 500]) observe(bad.origin, answered(status));
    expect(states()[0]).toMatch(/^ready/);
    observe(bad.origin, answered(503));
    expect(states()).toEqual(['ejected: 5 of 5 answers failed, 503', 'ready: 1 of 1 probes passed']);
  });

  test('eject an origin whose connections break behind the request, and do not call it down, which takes failed ones', async () => {
    const [bad, good] = [await patient(), await patient()];
    const { states, observe, start } = healthOver([bad.origin, good.origin], { interval: 60_000 });
    await start();
    const broken: Outcome = { kind: 'failed', during: 'waiting', cause: 'lost', reason: 'connection closed' };
    for (let i = 0; i < 4; i++) observe(bad.origin, broken);
    expect(states()[0]).toMatch(/^ready/);
    observe(bad.origin, broken);
    expect(states()[0]).toBe('ejected: 5 of 5 answers failed, connection closed');
  });

  test('leave no more than half of the origins ejected, and fewer when probes put others down: the oldest ejections end', async () => {
    const [first, second, third, fourth] = [await patient(), await patient(), await patient(), await patient()];
    const all = [first, second, third, fourth];
    const { roster, states, observe, start } = healthOver(
      all.map(({ origin }) => origin),
      { interval: 60_000, fall: 1 },
    );
    await start();
    const names = () => states().map((state) => state.split(':')[0]);
    const answer = (origin: Origin, times: number, status: number) => {
      for (let i = 0; i < times; i++) observe(origin, answered(status));
    };
    for (const { origin } of all) answer(origin, 300, 200);
    for (const { origin } of [first, second, third]) {
      answer(origin, 1, 500);
      answer(fourth.origin, 30, 200);
      answer(origin, 7, 500);
    }
    expect(names()).toEqual(['ejected', 'ejected', 'ready', 'ready']);
    roster.setHealth(fourth.origin, 'down', 'a probe failed', true);
    await new Promise(setImmediate);
    expect(states()[0]).toBe('ready: too many others are out');
    expect(names()).toEqual(['ready', 'ejected', 'ready', 'down']);
    roster.setHealth(third.origin, 'down', 'a probe failed', true);
    await new Promise(setImmediate);
    expect(names()).toEqual(['ready', 'ready', 'down', 'down']);
    // What probes found down stays down, and nobody else may be ejected.
    for (let i = 0; i < 20; i++) observe(first.origin, answered(500));
    expect(names()).toEqual(['ready', 'ready', 'down', 'down']);
  });

  test('may eject as many as the settings say at that moment', async () => {
    const [bad, good] = [await patient(), await patient()];
    const settings = { check: checkBy(httpCheck('/health')), interval: 60_000, timeout: 1000, rise: 2, fall: 3, maxEjected: 0 };
    const { states, observe, start } = healthOver([bad.origin, good.origin], settings);
    await start();
    for (let i = 0; i < 20; i++) observe(bad.origin, answered(500));
    expect(states()[0]).toMatch(/^ready/);
  });

  test('see an ejected origin again once its time is over', async () => {
    const [bad, good] = [await patient(), await patient()];
    const { states, observe, start } = healthOver([bad.origin, good.origin], { interval: 60_000 });
    await start();
    jest.useFakeTimers();
    ends.push(() => jest.useRealTimers());
    const fail = () => {
      for (let i = 0; i < 5; i++) observe(bad.origin, answered(500));
    };
    fail();
    jest.advanceTimersByTime(9999);
    expect(states()[0]).toBe('ejected: 5 of 5 answers failed, 500');
    jest.advanceTimersByTime(1);
    expect(states()[0]).toBe('ready: its ejection of 10 s is over');
    fail();
    jest.advanceTimersByTime(19_999);
    expect(states()[0]).toBe('ejected: 5 of 5 answers failed, 500');
    jest.advanceTimersByTime(1);
    expect(states()[0]).toBe('ready: its ejection of 20 s is over');
  });

  test('never eject the last origin that is ready', async () => {
    const [one, other] = [await patient(), await patient()];
    const { states, observe, start } = healthOver([one.origin, other.origin]);
    await start();
    for (const { origin } of [one, other]) for (let i = 0; i < 20; i++) observe(origin, answered(500));
    expect(states()).toEqual(['ejected: 5 of 5 answers failed, 500', 'ready: 1 of 1 probes passed']);
  });
});

describe('an origin that falls silent', () => {
  /** Health over one origin that was probed well, with a request at it, and the next round of probes far away. */
  async function silent() {
    const { origin, state } = await patient();
    const over = healthOver([origin], { interval: 2000, timeout: 10_000 });
    await over.start();
    over.settings.timeout = 30;
    const member = over.roster.memberAt(origin);
    if (member) {
      member.figures.count(1);
      member.figures.leasedAt = now();
    }
    return { ...over, origin, state };
  }

  test('is probed at once, and out long before the next round', async () => {
    const { state, come } = await silent();
    const begun = now();
    state.status = 0;
    await come('down: 3 of 3 probes failed, no answer in 30 ms');
    expect(now() - begun).toBeLessThan(1900);
  });

  test('is not probed more often for an old request, such as a WebSocket', async () => {
    const { state, roster, origin } = await silent();
    const figures = roster.memberAt(origin)?.figures;
    await until(
      () => state.probes === 2,
      () => state,
    );
    const quiet = now() + 700;
    await until(
      () => now() > quiet,
      () => state,
    );
    expect([state.probes, figures?.inFlight]).toEqual([2, 1]);
  });

  test('stays in if the probe finds that it is only slow', async () => {
    const { state, states } = await silent();
    await until(
      () => state.probes === 2,
      () => state,
    );
    expect(states()[0]).toMatch(/^ready/);
  });
});

test('an origin that is added is probed at once, and takes requests after its first good probe; one that is removed is probed no more', async () => {
  const [first, second] = [await patient(), await patient(503)];
  const { roster, come, start } = healthOver([first.origin]);
  await start();
  roster.replace([second.origin]);
  await come('starting: waits for its first good probe');
  await come('down: 1 of 1 probes failed, answered 503');
  const { probes } = first.state;
  second.state.status = 200;
  await come('ready: 1 of 1 probes passed');
  expect(first.state.probes).toBe(probes);
});

test('other settings count at once after a refresh', async () => {
  const { origin, state } = await patient();
  const { health, come, start } = healthOver([origin], { interval: 60_000, fall: 1 });
  await start();
  state.status = 500;
  health.refresh();
  await come('down: 1 of 1 probes failed, answered 500');
});

test('an origin that comes to life is found within an eighth of the interval', async () => {
  const server = createServer((_req, res) => res.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const { come, states, start } = healthOver([originAt(port)], { interval: 800 });
  await start();
  expect(states()[0]).toBe('down: 1 of 1 probes failed, ECONNREFUSED');
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  const begun = now();
  await come('ready: 1 of 1 probes passed');
  expect(now() - begun).toBeLessThan(800);
});

test('an origin that accepts connections and resets every request does not flap', async () => {
  const server = createNetServer((socket) => socket.on('error', () => {}).once('data', () => socket.resetAndDestroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  const origin = originAt((server.address() as { port: number }).port);
  const { roster, observe, states, start } = healthOver([origin, (await patient()).origin], { check: checkBy(tcpCheck()) });
  let changes = 0;
  const count = ({ id }: Origin) => {
    if (id === origin.id) changes += 1;
  };
  roster.observe({ changed: count });
  await start();
  const ask = async () => {
    const reason = await fetch(origin.url).then(String, ({ cause }) => String(cause.code));
    observe(origin, { kind: 'failed', during: 'connecting', cause: 'lost', reason });
  };
  while (!states()[0]?.includes('out for 320 ms') && changes < 40) {
    if (roster.memberAt(origin)?.isReady) await ask();
    else await new Promise((resolve) => setImmediate(resolve));
  }
  expect(states()[0]).toMatch(/^down: 2 of 2 connections failed, .*, again so soon: out for 320 ms$/);
  expect(changes).toBeLessThan(14);
});
