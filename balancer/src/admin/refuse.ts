import type { Request, Response } from 'express';

/**
 * Tells a request in a sentence why it is not done. It is the last of its connection where it has a body, which nobody reads:
 * one without an end would otherwise be taken in for ever.
 */
export function refuse(req: Request, res: Response, status: number, error: string): void {
  if (hasBody(req)) res.set('Connection', 'close');
  res.status(status).json({ error });
}

/** Tells everything that is wrong with what a request asks for, each a sentence led by what it is about. */
export function refuseProblems(res: Response, problems: readonly string[]): void {
  res.status(400).json({ error: 'this can not be done; nothing has changed', problems });
}

/** What a request asks for, fit for a line of the log: without its query, in which somebody may have put a token. */
export function asked({ method, originalUrl }: Pick<Request, 'method' | 'originalUrl'>): string {
  const [path = ''] = originalUrl.split('?');
  return `${method} ${path.replace(/[^!-~]/g, '?').slice(0, 200)}`;
}

/** Whether a request comes with a body (RFC 9112 §6); one of length 0 is none, as `fetch` sends it with a bare POST. */
export function hasBody({ headers }: Pick<Request, 'headers'>): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
