import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { curlLine, quoted } from '../../../src/admin/dashboard/curl.ts';
import { controls, drain } from '../../../src/admin/dashboard/origins/commands.ts';

const at = (id: string, side = '/api') => ({ side, id });
const slow = controls.find(({ name }) => name === 'Slow');

test('a fault is the line that a person would write', () => {
  const command = slow?.command(at('origin-2:8082'), [500]) ?? drain(at(''));
  expect(curlLine(command, 'localhost:8090', false)).toBe(
    `curl -X PUT localhost:8090/api/origins/origin-2:8082/fault -H 'content-type: application/json' -d '{"latencyMs":500}'`,
  );
});

test('a token is named, and never shown', () => {
  expect(curlLine(drain(at('a:1')), 'lb:8090', true)).toBe(`curl -X POST lb:8090/api/origins/a:1/drain -H "authorization: Bearer $TOKEN"`);
});

test('where there are several pools, the line says in which', () => {
  expect(curlLine(drain(at('a:1', '/api/pools/shop')), 'lb:8090', false)).toBe('curl -X POST lb:8090/api/pools/shop/origins/a:1/drain');
});

test('GET is not said', () => {
  expect(curlLine({ method: 'GET', path: '/api/traffic' }, 'lb:8090', false)).toBe('curl lb:8090/api/traffic');
});

test('an id that is no word is encoded in the path', () => {
  expect(drain(at(`a/b?c#d'e f`)).path).toBe(`/api/origins/a%2Fb%3Fc%23d'e%20f/drain`);
});

describe('a shell gives back', () => {
  test.each(['plain', "it's", '$(reboot)', '`id`', 'a b', '{"a":"b\\n"}', "'';!*", '', 'http://[::1]:8090/a?b=c&d', '"$HOME"'])(
    '%s',
    (word) => {
      expect(execFileSync('sh', ['-c', `printf %s ${quoted(word)}`], { encoding: 'utf8' })).toBe(word);
    },
  );
});
