import type { DeployEnding } from '../brain/pool/deploy.ts';
import { LastOrigin } from '../brain/pool/main-roster.ts';
import { Busy, UnusableList } from '../brain/pool/membership.ts';
import { UnknownOrigin } from '../brain/pool/roster.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { SimulatedPool } from './pool.ts';
import type { Happening, Listed } from './scenario.ts';

/** Who looks on at deploys. */
export interface DeployWatcher {
  /** A deploy has begun in a pool, in the place of those who were there. */
  deploys?(pool: SimulatedPool, wanted: readonly Origin[], before: readonly Origin[]): void;
  /** The deploy in a pool has ended. */
  deployed?(pool: SimulatedPool, ending: DeployEnding): void;
}

/**
 * Changes who is in a pool, or who of them takes requests, as the configuration, somebody's hand or a deploy does. What is refused changes
 * nothing: a drain of the last origin, a list of none but drained ones, a change in the middle of a deploy.
 */
export function changeMembers(pool: SimulatedPool, event: Happening, originAt: (number: number) => Origin, watcher: DeployWatcher): void {
  try {
    change(pool, event, originAt, watcher);
  } catch (error) {
    if (![LastOrigin, UnknownOrigin, Busy, UnusableList].some((refusal) => error instanceof refusal)) throw error;
  }
}

function change(pool: SimulatedPool, event: Happening, originAt: (number: number) => Origin, watcher: DeployWatcher): void {
  const { roster, membership, health } = pool;
  const listed = (list: readonly Listed[]) => list.map(({ origin, weight }) => ({ ...originAt(origin), weight }));
  switch (event.kind) {
    case 'drain':
      roster.drain(originAt(event.origin).id);
      break;
    case 'enable':
      roster.enable(originAt(event.origin).id);
      break;
    case 'reload': {
      const origins = listed(event.origins);
      roster.checkList(origins);
      membership.adopt(origins);
      health.refresh();
      break;
    }
    case 'add':
      membership.add({ ...originAt(event.origin), weight: event.weight, backup: event.backup });
      break;
    case 'remove':
      membership.takeOff(originAt(event.origin).id);
      break;
    case 'reweigh':
      membership.change(originAt(event.origin).id, { weight: event.weight });
      break;
    case 'deploy': {
      const origins = listed(event.origins);
      const before = roster.members.map(({ origin }) => origin);
      membership.beginDeploy(origins, event.timeout, (ending) => watcher.deployed?.(pool, ending));
      watcher.deploys?.(pool, origins, before);
    }
  }
}
