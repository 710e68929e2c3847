import { mostOrigins } from '../brain/pool/ledger.ts';
import type { FileSettings } from './file.ts';
import { type Given, isGiven, labelOf, readOption } from './given.ts';
import { type OptionName, optionNames, type PoolConfig, type Settings } from './options.ts';
import { defaultPool } from './pools.ts';
import type { PoolInFile } from './pools-in-file.ts';

/** The most pools that there may be. */
const mostPools = 64;

/** A pool with how its user would name one of its options. */
export interface LabelledPool extends PoolConfig {
  readonly label: (name: OptionName) => string;
  /** Where the pool itself is. */
  readonly place: string;
}

/** What pools are made of. */
export interface PoolSources {
  /** What holds for all pools, as far as it could be read. */
  readonly top: Settings;
  readonly file: FileSettings;
  readonly path: string | undefined;
  /** Where an option is given for all. */
  readonly givenFor: (name: OptionName) => Given;
  readonly problems: string[];
}

/**
 * All pools: those of the file, each with its own settings over those for all, and before them the one that `--origins` lists, where that
 * is given. Without pools in the file there is this one only.
 */
export function poolConfigs(sources: PoolSources): readonly LabelledPool[] {
  const { top, file, path, givenFor, problems } = sources;
  const label = (name: OptionName) => labelOf(name, givenFor(name));
  const listed = { name: defaultPool, settings: top, label, place: label('origins') };
  if (file.pools === undefined) return [listed];
  const pools = file.pools.map((pool) => poolConfig(pool, sources));
  if (!isGiven(givenFor('origins'))) return checked(pools, sources);
  const twin = file.pools.find(({ name }) => name === defaultPool);
  if (twin !== undefined) {
    problems.push(
      `${path}, line ${twin.line}: pool ${defaultPool}: ${label('origins')} makes a pool of that name as well; choose another name, or list all its origins here`,
    );
  }
  return checked([listed, ...pools], sources);
}

function poolConfig({ name, line, texts, lines }: PoolInFile, { top, path, givenFor, problems }: PoolSources): LabelledPool {
  const given = (option: OptionName): Given => ({
    ...{ flag: undefined, variable: undefined, file: path, pool: name },
    ...{ line: texts.get(option), at: lines.get(option) },
  });
  const own = optionNames.filter((option) => texts.has(option)).map((option) => [option, readOption(option, given(option), problems)]);
  return {
    name,
    settings: Object.freeze({ ...top, origins: [], ...Object.fromEntries(own) }),
    label: (option) => labelOf(option, lines.has(option) ? given(option) : givenFor(option)),
    place: `${path}, line ${line}`,
  };
}

/** The pools, once it is said what is wrong with them together. */
function checked(pools: readonly LabelledPool[], { file, path, problems }: PoolSources): readonly LabelledPool[] {
  const at = `${path}, line ${file.poolsLine}: pools`;
  if (pools.length > mostPools) problems.push(`${at}: there are ${pools.length} pools; give ${mostPools} at most`);
  const listed = pools.reduce((sum, { settings }) => sum + (settings.origins?.length ?? 0), 0);
  if (listed > mostOrigins) problems.push(`${at}: ${listed} origins are listed in all; list ${mostOrigins} at most`);
  return pools;
}
