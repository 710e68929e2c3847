/**
 * Short names for origins: without the port where the hosts tell them apart, else in full. Names stay what they are, text from a
 * configuration.
 */
export function shortNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const hosts = ids.map(hostOf);
  const isTelling = new Set(hosts).size === ids.length;
  return new Map(ids.map((id, place) => [id, (isTelling && hosts[place]) || id]));
}

function hostOf(id: string): string {
  return id.replace(/:\d+$/, '');
}
