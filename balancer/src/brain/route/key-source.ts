/** Where a request's key comes from: what a hash policy hashes, what a split goes by, and what a rate limit counts. */
export type KeySource =
  | { readonly from: 'client' }
  | { readonly from: 'path' }
  | { readonly from: 'header' | 'cookie' | 'query'; readonly name: string };

/** A source as people say it, such as `cookie uid`. */
export function keyInWords(source: KeySource): string {
  return 'name' in source ? `${source.from} ${source.name}` : source.from;
}
