/** The words, those that look most like `text` first: what somebody who mistyped one probably meant. */
export function nearestFirst(text: string, words: readonly string[]): string[] {
  const distance = (word: string) => (text !== '' && word.startsWith(text) ? 0 : editDistance(text, word));
  return words.toSorted((a, b) => distance(a) - distance(b));
}

/** How many characters must be put in, taken out or replaced to make one text the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let costs = Array.from({ length: to.length + 1 }, (_, length) => length);
  for (const character of from) costs = costsWith(character, to, costs);
  return costs.at(-1) ?? 0;
}

/** What it takes to make each beginning of `to` out of a text, given what it takes without that text's last character. */
function costsWith(last: string, to: string, without: readonly number[]): number[] {
  const [none = 0] = without;
  const costs = [none + 1];
  for (const [at, character] of [...to].entries()) {
    const [kept = 0, taken = 0] = without.slice(at);
    costs.push(Math.min(kept + Number(character !== last), taken + 1, (costs[at] ?? 0) + 1));
  }
  return costs;
}

/** The name that somebody meant who wrote another: the same words put together otherwise (`healthPath`, `health_path`), or a slip of up to two characters. */
export function meantBy(text: string, names: readonly string[]): string | undefined {
  const bare = plain(text);
  const [nearest = ''] = nearestFirst(text, names);
  return names.find((name) => plain(name) === bare) ?? (editDistance(text, nearest) <= 2 ? nearest : undefined);
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** A question about what was meant, to stand behind a complaint; nothing where nobody knows. */
export function ask(meant: string | undefined): string {
  return meant === undefined ? '' : `, did you mean ${meant}?`;
}
