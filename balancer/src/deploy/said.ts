/** Why an admin side did not do what it was asked, as it says itself; nothing where it gives no reason. */
export function reasonIn(body: string): string | undefined {
  const { error, problems } = fieldsOf(body);
  const sentences = [error, ...(Array.isArray(problems) ? problems : [])].filter((sentence) => typeof sentence === 'string');
  return sentences.length === 0 ? undefined : printable(sentences.join('; '));
}

/** What must be said of the threads that didn't answer in time, if there are such, behind a sentence about what is done. */
export function silentIn(body: string): string {
  const { notYetIn } = fieldsOf(body);
  return Array.isArray(notYetIn) && notYetIn.length > 0
    ? `; thread ${printable(notYetIn.join(', '))} does not answer, and may not follow yet`
    : '';
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
