import { autocannonCommand, autocannonVersion, hasAutocannon, parseAutocannon } from './autocannon.ts';
import type { Children } from './children.ts';
import { onPath, versionOf } from './machine.ts';
import type { Workload } from './workloads.ts';
import { parseWrk, wrkCommand } from './wrk.ts';

/** One spell of load on one server, as many requests as it can take. */
export interface LoadTask {
  readonly url: string;
  readonly workload: Workload;
  readonly seconds: number;
  /** Connections that are kept busy at a time, one request each. */
  readonly connections: number;
}

/** What a spell of load came to, as its clients saw it. */
export interface LoadFigures {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Latency that half of the requests stayed under, in ms. */
  readonly p50: number;
  /** Latency that 99 of 100 requests stayed under, in ms. */
  readonly p99: number;
  /** Answers that were not 2xx, and connections that broke. */
  readonly errors: number;
}

/** A program that makes load. */
export interface LoadMaker {
  /** Its name and version, for the report. */
  readonly name: string;
  run(task: LoadTask): Promise<LoadFigures>;
}

/** wrk where it is installed, since it costs least itself; else autocannon. What they need goes to the given folder. */
export function chooseLoad(children: Children, pin: readonly string[], folder: string): LoadMaker {
  if (onPath('wrk')) return maker(`wrk ${versionOf('wrk', '-v')}`, wrkCommand, parseWrk);
  if (hasAutocannon()) return maker(`autocannon ${autocannonVersion()}`, autocannonCommand, parseAutocannon);
  throw new Error('there is neither wrk nor autocannon to make load with');

  function maker(name: string, words: (task: LoadTask, folder: string) => string[], parse: (printed: string) => LoadFigures): LoadMaker {
    return { name, run: async (task) => parse(await children.run({ words: [...pin, ...words(task, folder)] })) };
  }
}
