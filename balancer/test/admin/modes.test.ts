import { afterEach, describe, expect, test } from '@jest/globals';
import type { Program } from '../../../e2e/process.ts';
import { type Running, startBalancer } from '../running.ts';
import { seen } from '../until.ts';

const programs: Program[] = [];
afterEach(() => Promise.all(programs.splice(0).map((program) => program.end())));

const started = (...flags: string[]): Promise<Running> =>
  startBalancer(['--origins=http://127.0.0.1:9', ...flags], {}, (program) => programs.push(program));

/** What it is answered with. */
async function asked({ admin }: Running, method: string, path: string, body?: object) {
  const response = await admin(path, method, body);
  return { status: response.status, error: ((await response.json()) as { error?: string }).error };
}

/** What is there for demonstrations only. */
const demonstrations = [
  ['GET', '/api/traffic'],
  ['POST', '/api/traffic', { burst: 1 }],
  ['DELETE', '/api/traffic'],
  ['GET', '/api/faults'],
  ['GET', '/api/origins/127.0.0.1:9/fault'],
  ['PUT', '/api/origins/127.0.0.1:9/fault', { latencyMs: 1 }],
  ['DELETE', '/api/origins/127.0.0.1:9/fault'],
  ['PUT', '/api/origins/127.0.0.1:9/health', { status: 503 }],
  ['POST', '/api/origins/127.0.0.1:9/crash'],
  ['POST', '/api/pools/default/origins/127.0.0.1:9/crash'],
  ['GET', '/api/lessons/1/check'],
  ['POST', '/api/lessons/1/check'],
] as const;

test('a balancer that is not told that it is a demonstration makes no traffic and breaks nothing', async () => {
  const running = await started();
  for (const [method, path, body] of demonstrations) {
    const { status, error } = await asked(running, method, path, body);
    expect([path, status, error]).toEqual([path, 403, expect.stringContaining('--demo on')]);
  }
  const { isDemo, isReadonly } = (await (await running.admin('/api/status')).json()) as { isDemo: boolean; isReadonly: boolean };
  expect([isDemo, isReadonly]).toEqual([false, false]);
});

test('in a demonstration, all of that can be asked for', async () => {
  const running = await started('--demo=on');
  for (const [method, path, body] of demonstrations)
    expect([path, (await asked(running, method, path, body)).status]).not.toEqual([path, 403]);
});

describe('an admin side that only shows', () => {
  const changes = [
    ['PUT', '/api/policy', { name: 'random' }],
    ['POST', '/api/origins/127.0.0.1:9/drain'],
    ['POST', '/api/origins', { url: 'http://127.0.0.1:10' }],
    ['DELETE', '/api/origins/127.0.0.1:9'],
    ['POST', '/api/pause', { for: '1s' }],
    ['POST', '/api/deploy', { origins: ['http://127.0.0.1:10'] }],
    ['POST', '/api/traffic', { burst: 1 }],
    ['POST', '/api/lessons/1/check'],
  ] as const;

  test('changes nothing, in a demonstration neither, and shows all', async () => {
    const running = await started('--demo=on', '--admin-readonly=on');
    for (const [method, path, body] of changes) {
      const { status, error } = await asked(running, method, path, body);
      expect([path, status, error]).toEqual([path, 403, expect.stringContaining('--admin-readonly')]);
    }
    const status = (await (await running.admin('/api/status')).json()) as { policy: string; isReadonly: boolean };
    expect([status.policy, status.isReadonly]).toEqual(['round-robin', true]);
    expect((await running.admin('/metrics')).status).toBe(200);
  });
});

test('every change leaves a line with how it was before and how it is now', async () => {
  const running = await started('--admin-readonly=off');
  const put = (path: string, body: object) => asked(running, 'PUT', path, body);
  await put('/api/policy', { name: 'random' });
  await asked(running, 'POST', '/api/origins', { url: 'http://127.0.0.1:10', weight: 2 });
  await asked(running, 'PATCH', '/api/origins/127.0.0.1:10', { backup: true });
  await asked(running, 'POST', '/api/pause', { for: '1h' });
  await asked(running, 'POST', '/api/resume');
  await asked(running, 'DELETE', '/api/origins/127.0.0.1:10');
  const lines = await seen(
    async () => programs[0]?.output.match(/admin: (?:PUT|POST|PATCH|DELETE) .*/g) ?? [],
    ({ length }) => length === 6,
  );
  const ends = lines.map((line) => line.replace(/^.* by 127\.0\.0\.1 without a token: /, ''));
  expect(ends).toEqual([
    '200, round-robin → random',
    '201, not there → weight 2',
    '200, weight 2 → weight 2, backup',
    '200, not paused → paused for 3600000 ms',
    expect.stringMatching(/^200, paused for 3\d{6} ms → not paused$/),
    '200, weight 2, backup → gone',
  ]);
});
