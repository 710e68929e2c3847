import { createLog, type Log, lossLine } from '../account/log.ts';
import type { Ledger } from '../brain/pool/ledger.ts';
import type { Settings } from '../config/options.ts';
import { Writer } from './writer.ts';

/** The descriptors that all threads write to: lines, and notes that are none, where a format has no place for them. */
export interface LogDescriptors {
  readonly lines: number;
  readonly notes: number;
}

/** The log of a thread, and how long it takes to be written. */
export interface LogOutput {
  readonly log: Log;
  /** Resolves when all is written, or after so many ms. */
  readonly flushed: (most: number) => Promise<void>;
}

/** Opens the log of a thread. Lines that nobody reads in time are lost, and counted in the ledger. */
export function openLog(settings: Settings, { lines, notes }: LogDescriptors, house: Ledger): LogOutput {
  const { log: format, logFields: fields, logSample: sample, logQuery: hasQuery } = settings;
  const loss = { count: (count: number) => house.loseLines(count), inWords: (count: number) => lossLine(format, count) };
  const output = new Writer(lines, loss);
  const beside = format === 'combined' ? new Writer(notes, loss) : output;
  return {
    log: createLog({ format, fields, sample, hasQuery, random: Math.random }, output.write, beside.write),
    flushed: async (most) => {
      await Promise.all([output.flushed(most), beside.flushed(most)]);
    },
  };
}
