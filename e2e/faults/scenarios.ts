import type { Scenario } from './scenario.ts';
import { http2Floods } from './scenarios/floods.ts';
import { garbage, slowHeaders } from './scenarios/hostile.ts';
import { flapping, killAll, killOne, killThree, rollingRestart } from './scenarios/kill.ts';
import { longRun } from './scenarios/long-run.ts';
import { overload } from './scenarios/overload.ts';
import { deploy, pause, poolDies, poolHangs, poolOverloaded } from './scenarios/pools.ts';
import { reload } from './scenarios/reload.ts';
import { alwaysFails, hang, oneSlow } from './scenarios/slow.ts';
import { soak } from './scenarios/soak.ts';
import { drain, stopBusy } from './scenarios/stop.ts';
import { uploads } from './scenarios/uploads.ts';

/** Every scenario, in the order in which they run and are shown. */
export const scenarios: readonly Scenario[] = [
  killOne,
  killThree,
  killAll,
  flapping,
  rollingRestart,
  hang,
  oneSlow,
  alwaysFails,
  uploads,
  drain,
  reload,
  deploy,
  pause,
  overload,
  poolOverloaded,
  poolHangs,
  poolDies,
  stopBusy,
  slowHeaders,
  garbage,
  http2Floods,
  soak,
  longRun,
];
