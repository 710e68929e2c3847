import { parseArgs } from 'node:util';

/** What the command line asks for; `refused` carries every problem, each led by the option's name. */
export type Command =
  | { readonly kind: 'run'; readonly port: number }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

const known = { port: { type: 'string' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const;

/** Reads the command line and the environment: `--port` (or Go's `-port`) beats `PORT`, which beats 8081. */
export function readCommand(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Command {
  const dashed = args.map((arg) => arg.replace(/^-(?=[a-z]{2})/, '--'));
  const { values, positionals } = parseArgs({ args: dashed, options: known, strict: false });
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };

  const strangers = [
    ...positionals,
    ...Object.keys(values)
      .filter((name) => !(name in known))
      .map((name) => `--${name}`),
  ];
  const problems = strangers.map((stranger) => `${stranger}: unknown option; see --help`);
  const text = String(values.port ?? env['PORT'] ?? '8081');
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    const label = values.port === undefined ? 'PORT' : '--port';
    problems.push(`${label}: "${text}" is not a port; give a whole number from 0 to 65535 (0 picks a free one)`);
  }
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'run', port };
}
