import type { TrafficOrder } from '../../api.ts';
import type { Command } from '../wire/ask.ts';

/** What the form says, as it was typed. */
export interface Wish {
  readonly kind: 'rate' | 'burst';
  readonly rate: string;
  readonly seconds: string;
  readonly burst: string;
  readonly clients: string;
  readonly seed: string;
  readonly small: string;
  readonly upload: string;
  readonly download: string;
}

/** The order that the form asks for; a field that was left empty is left to the balancer's default. */
export function orderOf(wish: Wish): TrafficOrder {
  const amount = wish.kind === 'rate' ? { ...given('rate', wish.rate), ...given('seconds', wish.seconds) } : given('burst', wish.burst);
  const mix = { ...given('small', wish.small), ...given('upload', wish.upload), ...given('download', wish.download) };
  return { ...amount, ...given('clients', wish.clients), ...(Object.keys(mix).length > 0 ? { mix } : {}), ...given('seed', wish.seed) };
}

/** Starts traffic. */
export function start(order: TrafficOrder): Command {
  return { method: 'POST', path: '/api/traffic', body: order };
}

/** Stops it. */
export const stop: Command = { method: 'DELETE', path: '/api/traffic' };

/** Asks how it goes. */
export const howItGoes: Command = { method: 'GET', path: '/api/traffic' };

function given(name: string, typed: string): Record<string, number> {
  const value = Number(typed);
  return typed.trim() === '' || Number.isNaN(value) ? {} : { [name]: value };
}
