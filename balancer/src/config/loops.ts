import { networkInterfaces } from 'node:os';
import { plainAddress } from '../admit/address.ts';
import type { Settings } from './options.ts';
import { isOwnPort, type OwnPort } from './own-port.ts';

/** Which origins are the balancer itself. */
export function loopsIn(
  { origins = [], port = 0, host = '*', adminPort = 'off', adminHost = '*' }: Partial<Settings>,
  addresses: readonly string[],
): string[] {
  return origins.flatMap((origin) => {
    if (isOwnPort(origin, { port, host }, addresses))
      return [`${origin.id} is where the balancer itself listens (--port), so that requests would go round in circles; give another port`];
    return isOwnPort(origin, { port: adminPort, host: adminHost }, addresses)
      ? [`${origin.id} is the balancer's own admin side (--admin-port), which clients must not reach; give another port`]
      : [];
  });
}

/** Whether probes would ask the balancer itself how its origins are: at one port for all, which is its own on their machine. */
export function selfProbeIn(
  { origins = [], port = 0, host = '*', adminPort = 'off', adminHost = '*', healthPort }: Partial<Settings>,
  addresses: readonly string[],
): string | undefined {
  if (healthPort === undefined) return undefined;
  for (const { id, url } of origins) {
    const probed = new URL(url);
    probed.port = String(healthPort);
    const isAt = (own: OwnPort) => isOwnPort({ url: probed }, own, addresses);
    if (isAt({ port, host }))
      return `${healthPort} is where the balancer itself listens (--port) on the machine of ${id}, so that probes would ask it and not the origin; give another port`;
    if (isAt({ port: adminPort, host: adminHost }))
      return `${healthPort} is the balancer's own admin side (--admin-port) on the machine of ${id}, so that probes would ask it and not the origin; give another port`;
  }
  return undefined;
}

/** The addresses of this machine. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => plainAddress(address)) ?? []);
}
