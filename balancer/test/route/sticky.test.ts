import { expect, test } from '@jest/globals';
import { Stickiness } from '../../src/route/sticky.ts';

const sticky = new Stickiness('lb', 'secret');
const pairIn = (setCookie: string) => setCookie.split(';')[0] ?? '';

test('a cookie leads back to its origin', () => {
  for (const id of ['a:1', 'origin-1:8081', 'x'.repeat(300)]) {
    expect(sticky.originIn(`other=1; ${pairIn(sticky.cookieFor(id, false))}`)).toBe(id);
  }
});

test('scripts can’t read it, other sites don’t send it, and over TLS it stays on TLS', () => {
  expect(sticky.cookieFor('a:1', false)).toMatch(/^lb=[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(sticky.cookieFor('a:1', true)).toMatch(/; Secure$/);
});

test('two cookies of one origin have nothing in common, and those of different origins the same length', () => {
  const [one, same, other] = [
    sticky.cookieFor('a:1', false),
    sticky.cookieFor('a:1', false),
    sticky.cookieFor('a-longer-name:8081', false),
  ];
  expect(one).not.toBe(same);
  expect(one).toHaveLength(other.length);
  expect(Buffer.from(pairIn(one).slice(3), 'base64url').toString('latin1')).not.toContain('a:1');
});

test('a cookie that was changed, made up, or made with another secret leads nowhere', () => {
  const value = pairIn(sticky.cookieFor('a:1', false));
  const bytes = Buffer.from(value.slice(3), 'base64url');
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(sticky.originIn(`lb=${changed.toString('base64url')}`)).toBeUndefined();
  }
  for (const made of ['lb=', 'lb=a:1', `lb=${'A'.repeat(200)}`, 'other=1', undefined]) expect(sticky.originIn(made)).toBeUndefined();
  expect(new Stickiness('lb', 'another').originIn(value)).toBeUndefined();
});
