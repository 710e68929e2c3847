import type { OriginReport } from '../../api.ts';

/** Where an origin, or what is said of it, comes from; nothing where that is the configuration, as usual. */
export function sourceInWords(source: OriginReport['source']): string {
  return { file: '', hand: 'by hand', deploy: 'by a deploy' }[source];
}
