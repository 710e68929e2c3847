import { expect, test } from '@jest/globals';
import { identify } from '../../src/admit/identity.ts';
import { trustIn } from '../../src/admit/trust.ts';
import type { RoadRequest } from '../../src/listen/request.ts';

function from(remoteAddress: string, headers: Record<string, string> = {}, believed = 'x-forwarded-for forwarded') {
  const req = { headers: { host: 'a', ...headers }, httpVersion: '1.1', peer: { remoteAddress, localPort: 80 } };
  const trusts = trustIn([
    { address: '10.0.0.0', prefix: 8 },
    { address: 'fd00::', prefix: 8 },
  ]);
  const rules = { trusts, fields: new Set(believed.split(' ')), via: false, instance: 'me' };
  const { client, secure, added } = identify(req as unknown as RoadRequest, rules, () => 'new');
  const said = (name: string) => added[added.indexOf(name) + 1];
  const forwarded = said('Forwarded');
  return { client, secure, forwarded, chain: added[1], proto: said('X-Forwarded-Proto'), host: said('X-Forwarded-Host') };
}

test.each([
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
])('a peer at %s is known as %s', (peer, client) => {
  expect(from(peer)).toMatchObject({ client, chain: client });
});

test('an IPv6 peer is bracketed and quoted in Forwarded (RFC 7239 §6)', () => {
  expect(from('2001:db8::1').forwarded).toBe('for="[2001:db8::1]";host="a";proto=http');
});

test.each([
  ['10.0.0.1', '192.0.2.7', '192.0.2.7'],
  ['10.0.0.1', '6.6.6.6, 192.0.2.7', '192.0.2.7'],
  ['10.0.0.1', '192.0.2.7, 10.9.9.9, fd00::2', '192.0.2.7'],
  ['fd00::1', '10.1.1.1, 10.2.2.2', '10.1.1.1'],
  ['10.0.0.1', 'unknown', '10.0.0.1'],
  ['192.0.2.1', '6.6.6.6', '192.0.2.1'],
  ['10.0.0.1', '203.0.113.7:51111', '203.0.113.7'],
  ['10.0.0.1', '[2001:db8::1]:443', '2001:db8::1'],
  ['10.0.0.1', '[2001:db8::1]', '2001:db8::1'],
  ['10.0.0.1', '"[2001:DB8::1]:443"', '2001:db8::1'],
  ['10.0.0.1', '::ffff:203.0.113.7', '203.0.113.7'],
  ['10.0.0.1', '[::ffff:203.0.113.7]:1, ::ffff:10.9.9.9', '203.0.113.7'],
  ['::ffff:10.0.0.1', '203.0.113.7:80, 10.3.3.3:8080', '203.0.113.7'],
  ['10.0.0.1', '203.0.113.7:port:1', '10.0.0.1'],
])('of peer %s and chain %s, the client is %s', (peer, chain, client) => {
  expect(from(peer, { 'x-forwarded-for': chain }).client).toBe(client);
});

test.each([
  ['for=192.0.2.7', '192.0.2.7'],
  ['For="192.0.2.7:4711"', '192.0.2.7'],
  ['for="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
  ['for="[2001:db8:cafe::17]"', '2001:db8:cafe::17'],
  ['for=[2001:db8:cafe::17]', '2001:db8:cafe::17'],
  ['for=6.6.6.6, for=192.0.2.7;proto=https;by=10.0.0.9 , for=10.9.9.9', '192.0.2.7'],
  ['for="6.6.6.6, for=7.7.7.7", for=192.0.2.7', '192.0.2.7'],
  ['for="::ffff:192.0.2.7"', '192.0.2.7'],
  [',, for=192.0.2.7;;', '192.0.2.7'],
  ['for=_hidden', '10.0.0.1'],
  ['for=unknown', '10.0.0.1'],
  ['proto=https', '10.0.0.1'],
  ['for="192.0.2.7', '10.0.0.1'],
  ['nonsense', '10.0.0.1'],
  ['', '10.0.0.1'],
])('Forwarded: %s from a trusted proxy says that the client is %s', (forwarded, client) => {
  expect(from('10.0.0.1', { forwarded }).client).toBe(client);
  expect(from('192.0.2.1', { forwarded }).client).toBe('192.0.2.1');
});

test('Forwarded alone says how the client asked, beside the client, and X-Forwarded-For follows it', () => {
  const forwarded = 'for=6.6.6.6;proto=http;host=evil, for="192.0.2.7:1";proto=https;host="shop.example", for=10.2.2.2;proto=http;host=in';
  expect(from('10.0.0.1', { forwarded })).toEqual({
    ...{ client: '192.0.2.7', secure: true, proto: 'https', host: 'shop.example' },
    ...{ chain: '6.6.6.6, 192.0.2.7, 10.2.2.2, 10.0.0.1', forwarded: `${forwarded}, for=10.0.0.1;host="a";proto=http` },
  });
});

test('X-Forwarded-For wins over Forwarded, which its client may have made up, and which follows it then', () => {
  const headers = { 'x-forwarded-for': '192.0.2.7:9, fd00::3', forwarded: 'for=6.6.6.6;proto=https;host=evil' };
  expect(from('10.0.0.1', headers)).toEqual({
    ...{ client: '192.0.2.7', secure: false, proto: 'http', host: 'a', chain: '192.0.2.7:9, fd00::3, 10.0.0.1' },
    forwarded: 'for=192.0.2.7, for="[fd00::3]", for=10.0.0.1;host="a";proto=http',
  });
});

test('a proxy that sets only X-Forwarded-For lets no other claim of its client through', () => {
  const claims = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil', forwarded: 'for=6.6.6.6;proto=https;host=evil' };
  const seen = from('10.0.0.1', { 'x-forwarded-for': '192.0.2.7', ...claims });
  expect(seen).toMatchObject({ client: '192.0.2.7', secure: false, proto: 'http', host: 'a' });
  expect(seen.forwarded).not.toMatch(/evil|6\.6|https/);
});

test('of a proxy that speaks Forwarded alone, X-Forwarded-For is not believed where --trusted-fields says so', () => {
  const headers = { 'x-forwarded-for': '6.6.6.6', forwarded: 'for=192.0.2.7' };
  expect(from('10.0.0.1', headers, 'forwarded')).toMatchObject({ client: '192.0.2.7', chain: '192.0.2.7, 10.0.0.1' });
});

test('what a trusted proxy is said to set itself is believed, and Forwarded says the same', () => {
  const claims = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop "x"' };
  expect(from('10.0.0.1', claims, 'x-forwarded-for x-forwarded-proto x-forwarded-host')).toMatchObject({
    ...{ secure: true, proto: 'https', host: 'shop "x"' },
    forwarded: 'for=192.0.2.7;host="shop \\"x\\"";proto=https, for=10.0.0.1;host="a";proto=http',
  });
});
