import { afterEach, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';

const programs: Program[] = [];
afterEach(async () => {
  for (const program of programs.splice(0)) await program.end();
});

/** Has a balancer say the value of an expression when it ends, and returns all that it printed. */
async function endOf(expression: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const look = `import module from 'node:module'; const loaded = []; module.registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } }); process.on('exit', () => console.log('at the end:', ${expression}));`;
  const args = ['balancer/src/main.ts', '--port=0', '--admin-port=off', '--origins=http://127.0.0.1:9'];
  const program = new Program('--import', [`data:text/javascript,${encodeURIComponent(look)}`, ...args], env);
  programs.push(program);
  await program.port();
  program.signal('SIGTERM');
  expect(await program.status()).toBe(0);
  return program.output;
}

test("a balancer runs without Node's web client, which takes more memory than all of the balancer's own code", async () => {
  const output = await endOf('process.moduleLoadList.filter((name) => /undici|_http_server/.test(name)).join()');
  expect(output).toContain('at the end: NativeModule _http_server\n');
});

test('what a balancer has compiled is kept with its code, unless the environment has a place for it', async () => {
  expect(await endOf('module.getCompileCacheDir()', { NODE_COMPILE_CACHE: '' })).toMatch(
    /at the end: .*\/node_modules\/\.cache\/balancer\//,
  );
  expect(await endOf('module.getCompileCacheDir()')).toMatch(/at the end: .*\/load-balancer-explained-compiled\//);
});

test('what only the admin side and configuration files need is not loaded where there is neither', async () => {
  const output = await endOf('loaded.filter((url) => /app.ts$|admin-side|node_modules.yaml/.test(url)).join()');
  expect(output).toMatch(/at the end: \S*\/balancer\/src\/app\.ts\n/);
});
