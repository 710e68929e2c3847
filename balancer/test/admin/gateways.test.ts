import { describe, expect, test } from '@jest/globals';
import { defaultGateways } from '../../src/admin/gateways.ts';

/** What a container of Docker's has in /proc/net/route. */
const docker = [
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT                                                       ',
  'eth0\t00000000\t010012AC\t0003\t0\t0\t0\t00000000\t0\t0\t0                                                                               ',
  'eth0\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0                                                                               ',
  '',
].join('\n');

/** What one has in /proc/net/ipv6_route where its network has IPv6. */
const docker6 = [
  'fd000000000000010000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0',
  '00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000000000000010000000000000001 00000400 00000001 00000000 00000003     eth0',
  '00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo',
  '',
].join('\n');

const among = (files: Record<string, string>) => defaultGateways((path) => files[path] ?? '');

describe('the default gateway', () => {
  const isGateway = among({ '/proc/net/route': docker, '/proc/net/ipv6_route': docker6 });

  test.each(['172.18.0.1', 'fd00:0:0:1::1', 'fd00::1:0:0:0:1'])('is %s', (address) => {
    expect(isGateway(address)).toBe(true);
  });

  test.each(['172.18.0.2', '172.18.0.0', '0.0.0.0', '1.0.18.172', 'fd00:0:0:1::2', '::', '::1', '', 'gateway'])('is not %j', (address) => {
    expect(isGateway(address)).toBe(false);
  });

  test('is nobody where there is no default route, or no such file', () => {
    expect(among({ '/proc/net/route': docker.replace('010012AC', '00000000') })('0.0.0.0')).toBe(false);
    expect(among({ '/proc/net/route': docker.replace(/eth0\t0{8}.*\n/, '') })('172.18.0.1')).toBe(false);
    expect(among({})('172.18.0.1')).toBe(false);
  });

  test('of a route that leads to a part only is none', () => {
    expect(among({ '/proc/net/route': docker.replace(/00000000(?=\t0\t0\t0 )/, '000000FF') })('172.18.0.1')).toBe(false);
  });
});
