import { parseArgs } from 'node:util';
import { ask, meantBy } from './nearest.ts';
import { flagOf, optionNames } from './options.ts';

/** The flags given, by name without dashes (empty where no value follows), and what can't be a flag. */
export function readFlags(args: readonly string[]): { flags: Map<string, string>; problems: string[] } {
  const valued = Object.fromEntries(optionNames.map((name) => [flagOf(name), { type: 'string' as const }]));
  const known = { ...valued, help: { type: 'boolean' as const, short: 'h' }, version: { type: 'boolean' as const } };
  const { tokens } = parseArgs({ args: valuesBound(args.map(withTwoDashes), valued), options: known, strict: false, tokens: true });
  const flags = new Map<string, string>();
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`${token.value}: unexpected; ${hintAbout(token.value)}`);
    if (token.kind !== 'option') continue;
    if (token.name in known) flags.set(token.name, token.value ?? '');
    else problems.push(`${token.rawName}: unknown option${ask(dashed(meantBy(token.name, Object.keys(known))))}; see --help`);
  }
  return { flags, problems };
}

/** What somebody probably wanted who wrote a word that belongs to no option. */
function hintAbout(word: string): string {
  if (/\.ya?ml$/i.test(word)) return `give a file as --config ${word}, or check it with check ${word}`;
  // A shell ends a value at the first space.
  if (/^https?:\/\/|^weight=|^backup\b/.test(word))
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
