import { flagOf, type OptionName, options, standardOf, variableOf } from './options.ts';
import { secretFiles, secretIn } from './secret-files.ts';
import { InvalidValue } from './values.ts';

/** Where an option may be given. */
export interface Given {
  readonly flag: string | undefined;
  readonly variable: string | undefined;
  readonly line?: string | undefined;
  readonly file?: string | undefined;
  /** The number of that line. */
  readonly at?: number | undefined;
  /** The name of the pool that it is given for; without one, it is for all. */
  readonly pool?: string;
  /** What was in the file that is for it, and how its user would name that. */
  readonly secret?: { readonly label: string; readonly text: string };
}

/** Where an option is given; a secret's text may be in a file that another option names. */
export function withSecret(name: OptionName, givenFor: (name: OptionName) => Given, problems: string[]): Given {
  const own = givenFor(name);
  const fileOption = Object.hasOwn(secretFiles, name) ? secretFiles[name as keyof typeof secretFiles] : undefined;
  if (fileOption === undefined) return own;
  const inFile = givenFor(fileOption);
  const path = inFile.flag ?? (inFile.variable || (inFile.line ?? 'none'));
  if (path === 'none' || path === '') return own;
  const label = labelOf(fileOption, inFile);
  if (isGiven(own)) {
    problems.push(`${label}: ${labelOf(name, own)} is given as well; give one of the two`);
    return own;
  }
  const secret = secretIn(path);
  if ('text' in secret) return { flag: undefined, variable: undefined, secret: { label, text: secret.text } };
  problems.push(`${label}: ${secret.problem}`);
  return own;
}

/** Whether an option is given at all. */
export function isGiven({ flag, variable, line }: Given): boolean {
  return flag !== undefined || Boolean(variable) || line !== undefined;
}

/** One option's value, from the first of flag, environment, file and default that is given. A variable set to nothing is not given. */
export function readOption(name: OptionName, given: Given, problems: string[]): unknown {
  const label = labelOf(name, given);
  const text = given.secret?.text ?? given.flag ?? (given.variable || (given.line ?? standardOf(name)));
  try {
    if (text === '') throw new InvalidValue(`needs a value, such as ${standardOf(name)}`);
    return options[name].read(text);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    problems.push(...error.problems.map((problem) => `${label}: ${problem}`));
    return undefined;
  }
}

/** How the user who gave an option would name it. */
export function labelOf(name: OptionName, { flag, variable, line, file, at, pool, secret }: Given): string {
  if (pool !== undefined) return `${file}, line ${at}: pool ${pool}: ${flagOf(name)}`;
  if (secret !== undefined) return secret.label;
  if (flag !== undefined) return `--${flagOf(name)}`;
  return !variable && line !== undefined ? `${file}, line ${at}: ${flagOf(name)}` : variableOf(name);
}
