import type { Config, OptionName } from './options.ts';
import { textIn } from './small-file.ts';

/** Options that are secrets, and for each the option that names the file with it, as containers get theirs (/run/secrets/…). */
export const secretFiles = {
  adminToken: 'adminTokenFile',
  adminReadToken: 'adminReadTokenFile',
  stickySecret: 'stickySecretFile',
  sharedSecret: 'sharedSecretFile',
  otlpHeader: 'otlpHeaderFile',
} as const satisfies Partial<Record<OptionName, OptionName>>;

/** Whether any secret is in a file. */
export function hasSecretFile(config: Config): boolean {
  return Object.values(secretFiles).some((name) => config[name] !== undefined);
}

/** What these options can be besides secrets. */
const words: ReadonlySet<string> = new Set(['none', 'open', 'random']);

/** The secret in a file, or what is wrong with that file, in a sentence. The newline that an editor or `echo` puts at its end doesn't count. */
export function secretIn(path: string): { readonly text: string } | { readonly problem: string } {
  try {
    const text = textIn(path).replace(/\r?\n$/, '');
    if (text.trim() === '') return { problem: `${path} is empty; it needs the secret alone` };
    return words.has(text) ? { problem: `${path} has the word ${text} and no secret; give words as the option itself` } : { text };
  } catch (error) {
    return { problem: `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})` };
  }
}
