import { parseArgs } from 'node:util';
import { ask, meantBy } from './nearest.ts';
import { flagOf, optionNames } from './options.ts';

/** What a command line has: flags by their names without dashes (empty where no value follows), and other words; or what can't be. */
export interface CommandLine {
  readonly flags: Map<string, string>;
  readonly words: readonly string[];
  readonly problems: string[];
}

/** Reads a command line with these flags, each of which has a value, besides `--help` and `--version`. */
export function readCommandLine(args: readonly string[], names: readonly string[]): CommandLine {
  const valued = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const known = { ...valued, help: { type: 'boolean' as const, short: 'h' }, version: { type: 'boolean' as const } };
  const { tokens } = parseArgs({ args: valuesBound(args.map(withTwoDashes), valued), options: known, strict: false, tokens: true });
  const flags = new Map<string, string>();
  const words: string[] = [];
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.name in known) flags.set(token.name, token.value ?? '');
    else problems.push(`${token.rawName}: unknown option${ask(dashed(meantBy(token.name, Object.keys(known))))}; see --help`);
  }
  return { flags, words, problems };
}

/** Reads the balancer's own flags, besides which there are no words. */
export function readFlags(args: readonly string[]): Omit<CommandLine, 'words'> {
  const { flags, words, problems } = readCommandLine(args, optionNames.map(flagOf));
  return { flags, problems: [...problems, ...words.map((word) => `${word}: unexpected; ${hintAbout(word)}`)] };
}

/** What somebody probably wanted who wrote a word that belongs to no option. */
function hintAbout(word: string): string {
  if (/\.ya?ml$/i.test(word)) return `give a file as --config ${word}, or check it with check ${word}`;
  // A shell ends a value at the first space.
  if (/^https?:\/\/|^weight=|^backup\b|^proxy-protocol=/.test(word))
    return 'put a list with spaces in quotes, as in --origins "http://a:1 weight=2, http://b:2"';
  return 'every setting is an option, see --help';
}

function dashed(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `--${name}`;
}

/** Go's flag package takes one dash or two: `-port=8080` is `--port=8080`. */
function withTwoDashes(arg: string): string {
  return arg.replace(/^-(?=[a-z]{2})/, '--');
}

/** Gives a flag that lacks its value an empty one, so that it can't take the next flag for it. */
function valuesBound(args: readonly string[], valued: object): string[] {
  return args.map((arg, index) => {
    const lacksValue = arg.slice(2) in valued && (args[index + 1] ?? '-').startsWith('-');
    return lacksValue ? `${arg}=` : arg;
  });
}
