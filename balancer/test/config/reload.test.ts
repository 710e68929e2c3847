import { expect, test } from '@jest/globals';
import type { Config } from '../../src/config/options.ts';
import { readCommand } from '../../src/config/read.ts';
import { reloader } from '../../src/config/reload.ts';

function config(...flags: string[]): Config {
  const command = readCommand(flags, {});
  if (command.kind !== 'run') throw new Error('not a configuration');
  return command.config;
}

/** A reload that reads each of the given command lines in turn; what was applied and noted. */
function reloads(...lines: string[][]) {
  const applied: Config[] = [];
  const notes: string[] = [];
  const reload = reloader(config(), {
    read: () => config(...(lines.shift() ?? [])),
    apply: async (next) => void applied.push(next),
    note: (message) => notes.push(message),
  });
  return { reload, applied, notes };
}

test('applies what has changed, and says what that is', async () => {
  const { reload, applied, notes } = reloads(['--retries=1', '--origins=http://a']);
  await reload();
  expect(applied).toMatchObject([{ retries: 1, origins: [{ id: 'a:80' }] }]);
  expect(notes).toEqual(['configuration changed: origins, retries']);
});

test('does nothing where nothing has changed', async () => {
  const { reload, applied, notes } = reloads([], []);
  await reload();
  await reload();
  expect([...applied, ...notes]).toEqual([]);
});

test('refuses a configuration with a mistake whole, and says every problem', async () => {
  const { reload, applied, notes } = reloads(['--retries=x', '--policy=y', '--wait-timeout=1s']);
  await reload();
  expect(applied).toEqual([]);
  expect(notes).toEqual([expect.stringMatching(/the running one stays: --policy: .*; --retries: "x" is not a count/)]);
});

test('keeps what needs a restart as it was, and says so once', async () => {
  const line = ['--port=1', '--retries=1'];
  const { reload, applied, notes } = reloads(line, line, ['--port=1', '--retries=2']);
  for (let i = 0; i < 3; i++) await reload();
  expect(applied).toMatchObject([
    { port: 8080, retries: 1 },
    { port: 8080, retries: 2 },
  ]);
  expect(notes).toEqual(['changed, but needs a restart: port', 'configuration changed: retries', 'configuration changed: retries']);
});

test('takes on at once how probes ask', async () => {
  const { reload, notes } = reloads(['--health-host=a.example', '--health-port=81', '--health-status=200-399']);
  await reload();
  expect(notes).toEqual(['configuration changed: health-host, health-port, health-status']);
});

test('says what has changed once it is followed', async () => {
  const followed = Promise.withResolvers<void>();
  const notes: string[] = [];
  const reload = reloader(config(), {
    read: () => config('--retries=1'),
    apply: () => followed.promise,
    note: (message) => notes.push(message),
  });
  const reloaded = reload();
  await Promise.resolve();
  expect(notes).toEqual([]);
  followed.resolve();
  await reloaded;
  expect(notes).toEqual(['configuration changed: retries']);
});

test('says of what is changed back that it needs no restart any more, and not that it needs one', async () => {
  const { reload, notes } = reloads(['--port=1'], [], ['--port=1'], ['--port=2']);
  for (let i = 0; i < 4; i++) await reload();
  expect(notes).toEqual([
    'changed, but needs a restart: port',
    'changed back, and needs no restart any more: port',
    'changed, but needs a restart: port',
    'changed, but needs a restart: port',
  ]);
});

test('stays on the running configuration where another one can’t be followed, says why, and tries again when asked', async () => {
  const notes: string[] = [];
  let tries = 0;
  const reload = reloader(config(), {
    read: () => config('--retries=1'),
    apply: async () => {
      tries += 1;
      if (tries === 1) throw new Error('no room');
    },
    note: (message) => notes.push(message),
  });
  await reload();
  await reload();
  await reload();
  expect(notes).toEqual(['the new configuration cannot be followed, the running one stays: no room', 'configuration changed: retries']);
  expect(tries).toBe(2);
});

test('what changes back while a change is not yet followed everywhere is followed as well', async () => {
  const lines = [['--retries=1'], []];
  const [followed, applied] = [Promise.withResolvers<void>(), [] as number[]];
  const reload = reloader(config(), {
    read: () => config(...(lines.shift() ?? [])),
    apply: ({ retries }) => {
      applied.push(retries);
      return followed.promise;
    },
    note: () => {},
  });
  const both = [reload(), reload()];
  followed.resolve();
  await Promise.all(both);
  expect(applied).toEqual([1, config().retries]);
});
