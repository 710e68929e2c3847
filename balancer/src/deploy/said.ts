/** Why an admin side did not do what it was asked, as it says itself; nothing where it gives no reason. */
export function reasonIn(body: string): string | undefined {
  const { error, problems } = fieldsOf(body);
  const sentences = [error, ...(Array.isArray(problems) ? problems : [])].filter((sentence) => typeof sentence === 'string');
  return sentences.length === 0 ? undefined : printable(sentences.join('; '));
}

/** Whether an admin side says that a deploy is done: an origin, or whatever else is at that port, may answer 200 to anything. */
export function saysDone(body: string): boolean {
  const { origins, stillThere } = fieldsOf(body);
  return Array.isArray(origins) && Array.isArray(stillThere);
}

/** How it went on after the new origins took over, as the admin side says it, behind a sentence about that. */
export function endIn(body: string): string {
  const { stillThere, notYetIn } = fieldsOf(body);
  const left = listIn(stillThere);
  const silent = listIn(notYetIn);
  const before =
    left === undefined ? ', and what was there before has drained' : `; not yet over is what runs at ${left}, which gets nothing new`;
  return silent === undefined ? before : `${before}; thread ${silent} does not answer, and may not follow yet`;
}

function listIn(value: unknown): string | undefined {
  return Array.isArray(value) && value.length > 0 ? printable(value.join(', ')) : undefined;
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** A text that can't do anything to a terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ').slice(0, 2000);
}
