import type { Response } from 'express';

/** Tells what a request has changed, for the line of the log that it leaves: how that was before, and how it is now. */
export function changed(res: Response, before: string, after: string): void {
  res.locals['change'] = `${before} → ${after}`;
}

/** What a request has changed, as that was told; nothing where it was not. */
export function changeOf(res: Response): string | undefined {
  const { change } = res.locals;
  return typeof change === 'string' ? change : undefined;
}
