import { credentials } from './token.ts';

/** What the page asks of the admin API: the same that a `curl` line says. */
export interface Command {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Begins with a slash. */
  readonly path: string;
  readonly body?: unknown;
}

/** A refusal that is to be shown as it is. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks the admin API; resolves to what it answers, and rejects with a sentence that can be shown. */
export async function ask<Answer>(command: Command): Promise<Answer> {
  const response = await send(command).catch(() => {
    throw new Refused(0, 'the balancer can not be reached');
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new Refused(response.status, sentenceOf(response.status, answer));
  return answer as Answer;
}

function send({ method, path, body }: Command): Promise<Response> {
  const headers = { ...credentials(), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) };
  return fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

/** What the balancer says is wrong, with each problem. */
function sentenceOf(status: number, answer: unknown): string {
  const { error, problems = [] } = (answer ?? {}) as { error?: string; problems?: readonly string[] };
  if (error === undefined) return status === 401 ? 'the admin token is missing or wrong' : `the balancer answered ${status}`;
  return [error, ...problems].join('; ');
}

/** What went wrong, in words, whatever was thrown. */
export function problemOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
