import { stripTypeScriptTypes } from 'node:module';

/**
 * TypeScript without its types, as Node runs it. Node warns once that this function is experimental: true, but no news to whoever
 * watches the balancer's log, so warnings are off while it runs. Nothing else can run meanwhile.
 */
export function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text, { mode: 'strip' });
  } finally {
    process.emitWarning = emitWarning;
  }
}
