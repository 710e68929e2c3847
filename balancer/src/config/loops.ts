import { networkInterfaces } from 'node:os';
import { plainAddress } from '../admit/address.ts';
import type { Settings } from './options.ts';
import { isOwnPort, type OwnPort } from './own-port.ts';

/** One of the places where the balancer listens, and the option that says so. */
interface Place {
  readonly own: OwnPort;
  readonly flag: string;
  readonly isAdmin: boolean;
}

function placesIn({ port = 0, tlsPort = 'off', host = '*', adminPort = 'off', adminHost = '*' }: Partial<Settings>): readonly Place[] {
  return [
    { own: { port, host }, flag: '--port', isAdmin: false },
    { own: { port: tlsPort, host }, flag: '--tls-port', isAdmin: false },
    { own: { port: adminPort, host: adminHost }, flag: '--admin-port', isAdmin: true },
  ];
}

/** Which origins are the balancer itself. */
export function loopsIn(settings: Partial<Settings>, addresses: readonly string[]): string[] {
  const places = placesIn(settings);
  return (settings.origins ?? []).flatMap((origin) => {
    const place = places.find(({ own }) => isOwnPort(origin, own, addresses));
    if (place === undefined) return [];
    return place.isAdmin
      ? [`${origin.id} is the balancer's own admin side (${place.flag}), which clients must not reach; give another port`]
      : [
          `${origin.id} is where the balancer itself listens (${place.flag}), so that requests would go round in circles; give another port`,
        ];
  });
}

/** Whether probes would ask the balancer itself how its origins are: at one port for all, which is its own on their machine. */
export function selfProbeIn(settings: Partial<Settings>, addresses: readonly string[]): string | undefined {
  const { origins = [], healthPort } = settings;
  if (healthPort === undefined) return undefined;
  const places = placesIn(settings);
  for (const { id, url } of origins) {
    const probed = new URL(url);
    probed.port = String(healthPort);
    const place = places.find(({ own }) => isOwnPort({ url: probed }, own, addresses));
    if (place === undefined) continue;
    const what = place.isAdmin ? "the balancer's own admin side" : 'where the balancer itself listens';
    return `${healthPort} is ${what} (${place.flag}) on the machine of ${id}, so that probes would ask it and not the origin; give another port`;
  }
  return undefined;
}

/** The addresses of this machine. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => plainAddress(address)) ?? []);
}
