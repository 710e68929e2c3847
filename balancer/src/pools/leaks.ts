import { type ClientCounts, LeakWatch } from '../brain/health/leaks.ts';
import type { Ledger } from '../brain/pool/ledger.ts';
import type { Pools } from './pools.ts';

/** Watches over all that is counted of clients in all pools, looking once a second, until the process ends. */
export function watchLeaks(house: Ledger, pools: Pools, note: (message: string) => void): LeakWatch {
  const leaks = new LeakWatch(countsOf(house, pools), note);
  setInterval(() => leaks.look(), 1000).unref();
  return leaks;
}

function countsOf(house: Ledger, pools: Pools): ClientCounts {
  return {
    connect: (count) => house.connect(count),
    tunnel: (count) => house.tunnel(count),
    get running() {
      return pools.everyOne.reduce((sum, { ledger }) => sum + ledger.enter(0), 0);
    },
    get waiting() {
      return pools.everyOne.reduce((sum, { ledger }) => sum + ledger.waiting, 0);
    },
  };
}
