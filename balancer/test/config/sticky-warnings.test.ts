import { expect, test } from '@jest/globals';
import { readCommand } from '../../src/config/read.ts';
import { aFile } from './a-file.ts';

const { written } = aFile();

/** What is said of two pools with these cookies, or the one at the top, and these routes. */
function said({ top = '', a = '', b = '' }, routes: string): string[] {
  const pools = `pools:\n  a: { origins: "http://a"${a} }\n  b: { origins: "http://b"${b} }\n`;
  const file = written(`${top}\n${pools}routes: [${routes}]\n`);
  const command = readCommand(['check', file], {});
  return command.kind === 'checked' ? command.warnings.map((warning) => warning.replaceAll(file, 'FILE')) : [];
}

const clash =
  'the pools a and b have the same cookie for the same hosts, so that who uses both is placed anew each time; give each a cookie of its own';
const byPath = '{ path: /b, pool: b }, { pool: a }';

test('pools that write their cookies over each other’s are named, with the line of the cookie', () => {
  expect(said({ a: ', sticky: lb', b: ', sticky: lb' }, byPath)).toEqual([`FILE, line 4: pool b: sticky: ${clash}`]);
  expect(said({ top: 'sticky: lb' }, byPath)).toEqual([`FILE, line 1: sticky: ${clash}`]);
});

test.each([
  ['hosts in common', '{ host: "*.example", pool: b }, { host: x.example, path: /a, pool: a }, { host: y.example, path: /a, pool: a }'],
  ['a host that is any', '{ host: x.example, pool: b }, { pool: a }'],
  ['a split by chance', '{ split: { a: 1, b: 1 } }'],
])('so they are with %s', (_what, routes) => {
  const late = (warning: string) => !warning.includes('never match');
  expect(said({ top: 'sticky: lb' }, routes).filter(late)).toEqual([`FILE, line 1: sticky: ${clash}`]);
});

test.each<[string, { top?: string; a?: string; b?: string }, string]>([
  ['have cookies of their own', { a: ', sticky: la', b: ', sticky: lb' }, byPath],
  ['have none', {}, byPath],
  ['have one alone', { b: ', sticky: lb' }, byPath],
  ['have other hosts', { top: 'sticky: lb' }, '{ host: a.example, pool: a }, { host: b.example, pool: b }'],
  ['keep each client in one of them, by a key', { top: 'sticky: lb' }, '{ split: { a: 1, b: 1 }, split-key: cookie:uid }'],
  ['share nothing for now', { top: 'sticky: lb' }, '{ split: { a: 1, b: 0 } }'],
])('nothing is said of pools that %s', (_what, cookies, routes) => {
  expect(said(cookies, routes)).toEqual([]);
});
