import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { identify } from '../../src/admit/identity.ts';
import { trustIn } from '../../src/admit/trust.ts';

function from(remoteAddress: string, headers: Record<string, string> = {}) {
  const req = { headers: { host: 'a', ...headers }, httpVersion: '1.1', socket: { remoteAddress, localPort: 80 } };
  const trusts = trustIn([
    { address: '10.0.0.0', prefix: 8 },
    { address: 'fd00::', prefix: 8 },
  ]);
  const { client, added } = identify(req as unknown as IncomingMessage, trusts, () => 'new');
  return { client, forwarded: added[added.indexOf('Forwarded') + 1], chain: added[1] };
}

test('an IPv4 peer of a dual-stack socket goes by its IPv4 address', () => {
  expect(from('::ffff:192.0.2.1')).toEqual({ client: '192.0.2.1', chain: '192.0.2.1', forwarded: 'for=192.0.2.1;host="a";proto=http' });
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
])('of peer %s and chain %s, the client is %s', (peer, chain, client) => {
  expect(from(peer, { 'x-forwarded-for': chain }).client).toBe(client);
});
