import type { OriginReport } from '../../api.ts';
import { shortNames } from '../names.ts';

/** How the list shows an origin. */
export interface Look {
  readonly name: string;
  /** Its place in its pool, which is its colour elsewhere too. */
  readonly tint: number;
}

/** How each origin is shown, by its pool and its id with a space between them: an id alone may be in several pools. */
export function looksOf(origins: readonly Pick<OriginReport, 'pool' | 'id'>[]): ReadonlyMap<string, Look> {
  const looks = new Map<string, Look>();
  for (const [pool, members] of Map.groupBy(origins, (origin) => origin.pool)) {
    const names = shortNames(members.map(({ id }) => id));
    for (const [tint, { id }] of members.entries()) looks.set(`${pool} ${id}`, { name: names.get(id) ?? id, tint });
  }
  return looks;
}
