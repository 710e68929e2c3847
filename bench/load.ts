import { autocannonCommand, autocannonVersion, hasAutocannon, parseAutocannon } from './autocannon.ts';
import type { Children } from './children.ts';
import type { LoadFigures, LoadTask } from './load-task.ts';
import { onPath, versionOf } from './machine.ts';
import { parseWrk, wrkCommand } from './wrk.ts';

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
