import type { Route } from '../brain/route/route.ts';
import type { Ability, Condition } from './origin.ts';
import type { BalancerSettings } from './pool.ts';

/** An origin of a scenario; its place in the list is its number. */
export interface OriginPlan extends Ability {
  readonly weight: number;
  readonly backup: boolean;
}

/** Clients who ask at random moments, independently of each other (a Poisson process). */
export interface ClientPlan {
  /** How many they are; each is a key to the policies that hash. */
  readonly count: number;
  /** Requests that come from all of them, each second. */
  readonly rate: number;
  /** The part of the requests that may not be sent twice, from 0 to 1. */
  readonly posts: number;
  /** How long a client waits before it leaves, on average, in ms; Infinity for who never leaves. */
  readonly patience: number;
  /** How often a client asks again that got no answer, or a 5xx. */
  readonly retries: number;
  /** The names that they ask for, each equally often, and the paths; where they are missing, they ask for `/` of nobody. */
  readonly hosts?: readonly string[];
  readonly paths?: readonly string[];
  /** How the work of a request differs: at random (exponential), where it is missing; not at all; or so great a part is so many times as much. */
  readonly work?: 'even' | { readonly share: number; readonly times: number };
  /** Whether requests come one by one, equally far apart; at random where it is missing. */
  readonly arrivals?: 'even';
  /** The part of all requests that comes from the first client; as much as from any other where it is missing. */
  readonly hot?: number;
  /** Whether each client keeps a cookie that names the origin that answered it, and is led there again. */
  readonly sticky?: boolean;
}

/** A pool of a scenario; its place in the list is its number. */
export interface PoolPlan {
  readonly name: string;
  /** Who is listed in the beginning, by their numbers. */
  readonly origins: readonly number[];
  /** What holds for it, where that is not what holds for the balancer. */
  readonly settings?: Partial<BalancerSettings>;
}

/** An origin on a list, perhaps with another weight. */
export interface Listed {
  readonly origin: number;
  readonly weight: number;
}

/** What happens in a scenario. Origins, pools, balancers and threads are given by their numbers, from 0; without a pool, the first is meant. */
export type Happening =
  | { readonly kind: 'condition'; readonly origin: number; readonly condition: Condition }
  /** From now on it takes so many times as long. */
  | { readonly kind: 'slow'; readonly origin: number; readonly times: number }
  /** From now on that part of its answers is a 500. */
  | { readonly kind: 'errors'; readonly origin: number; readonly share: number }
  /** From now on that part of all origins' answers is a 500: something that they all need has failed. */
  | { readonly kind: 'dependency'; readonly share: number }
  | { readonly kind: 'drain'; readonly origin: number; readonly pool?: number }
  | { readonly kind: 'enable'; readonly origin: number; readonly pool?: number }
  /** Another list of origins, some perhaps with other weights. */
  | { readonly kind: 'reload'; readonly origins: readonly Listed[]; readonly pool?: number }
  | { readonly kind: 'settings'; readonly changes: Partial<BalancerSettings>; readonly pool?: number }
  /** Members change by hand: one is added, or taken off, or weighs otherwise. */
  | { readonly kind: 'add'; readonly origin: number; readonly weight: number; readonly backup: boolean; readonly pool?: number }
  | { readonly kind: 'remove'; readonly origin: number; readonly pool?: number }
  | { readonly kind: 'reweigh'; readonly origin: number; readonly weight: number; readonly pool?: number }
  /** Others take the place of all origins, if they are well in so many ms. */
  | { readonly kind: 'deploy'; readonly origins: readonly Listed[]; readonly timeout: number; readonly pool?: number }
  /** Nobody begins for so many ms; or those who wait may go on. */
  | { readonly kind: 'pause'; readonly ms: number; readonly pool?: number }
  | { readonly kind: 'resume'; readonly pool?: number }
  /** Other routes. */
  | { readonly kind: 'routes'; readonly routes: readonly Route[] }
  /** From now on so many requests come each second. */
  | { readonly kind: 'rate'; readonly rate: number }
  /** A balancer begins anew and remembers nothing; what runs is finished by the old one. */
  | { readonly kind: 'restart'; readonly balancer: number }
  /** So many requests at once. */
  | { readonly kind: 'burst'; readonly requests: number }
  /** A thread dies, and another one takes its place. */
  | { readonly kind: 'loseThread'; readonly balancer: number; readonly thread: number };

/** What is simulated: plain data, so that it can be kept, sent and made smaller. */
export interface Scenario {
  /** How long requests come, in s. */
  readonly seconds: number;
  readonly origins: readonly OriginPlan[];
  /** Balancers side by side over the same origins, which know nothing of each other. */
  readonly balancers: number;
  /** Serving threads of each. */
  readonly threads: number;
  readonly settings: BalancerSettings;
  /** Without them there is one, with all origins. */
  readonly pools?: readonly PoolPlan[];
  /** Without them all requests go to the first pool. */
  readonly routes?: readonly Route[];
  readonly clients: ClientPlan;
  /** What happens, and when, in ms. */
  readonly events: readonly (Happening & { readonly at: number })[];
}
