import type { Request, RequestHandler } from 'express';
import { addressOf } from './callers.ts';
import { changeOf } from './change.ts';
import { isSafe } from './own-pages.ts';
import { asked, hasBody } from './refuse.ts';

/** The longest body that a line shows whole, in characters. */
const longestShown = 300;

/**
 * Notes who asked to change what, what came of it, and how it was before and is now: one line for each request that was let in and may change something. It is
 * written once the answer is on its way, or the client has left.
 */
export function noteChanges(hasToken: () => boolean, note: (message: string) => void): RequestHandler {
  return (req, res, next) => {
    if (isSafe(req)) return next();
    const who = `${addressOf(req.socket)} ${hasToken() ? 'with' : 'without'} a token`;
    res.once('close', () => {
      const end = res.writableFinished ? String(res.statusCode) : 'left before the answer';
      const change = changeOf(res);
      note(`admin: ${asked(req)}${bodyOf(req)} by ${who}: ${end}${change === undefined ? '' : `, ${shortened(change)}`}`);
    });
    next();
  };
}

/** The body as it was understood, for a line of the log; nothing where there was none. */
function bodyOf(req: Request): string {
  if (req.body === undefined || !hasBody(req)) return '';
  const text = JSON.stringify(req.body).replace(/[^ -~]/g, '?');
  return ` ${shortened(text)}`;
}

function shortened(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
