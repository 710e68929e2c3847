import { flagOf, optionNames, options, standardOf, variableOf } from './options.ts';

/** The text of `--help`: every option with its environment variable, its default and what it is for. */
export function help(): string {
  const rows = optionNames.map((name) => [`--${flagOf(name)}`, variableOf(name), `${options[name].about} (default: ${standardOf(name)})`]);
  rows.push(['--help', '', 'print this'], ['--version', '', 'print the version']);
  return [
    'Usage: node balancer/src/main.ts [options]',
    '       node balancer/src/main.ts check FILE',
    '       node balancer/src/main.ts deploy [--admin URL] [--pool NAME] [--timeout 60s] ORIGIN…',
    '',
    'Balances HTTP requests over origins; check only says whether a configuration file can be used. deploy has a running balancer',
    'replace the origins of a pool, and returns once the new ones are well and the old ones have drained; its token is ADMIN_TOKEN.',
    'A flag beats its environment variable, which beats the line in the file, which beats the default.',
    '',
    ...rows.map(([flag = '', variable = '', about]) => `  ${flag.padEnd(26)}${variable.padEnd(24)}${about}`),
  ].join('\n');
}
