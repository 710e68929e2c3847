import type { RequestHandler } from 'express';
import type { Access } from './access.ts';
import { isSafe } from './own-pages.ts';
import { refuse } from './refuse.ts';

/** Lets nobody change anything where the admin side only shows (403). */
export function lookingOnly(access: () => Access): RequestHandler {
  return (req, res, next) => {
    if (access().isReadonly !== true || isSafe(req)) next();
    else refuse(req, res, 403, 'this admin side only shows, and changes nothing: the balancer runs with --admin-readonly on');
  };
}

/** Lets through only where this balancer is there for a demonstration (403): what is behind makes traffic of its own, or breaks origins. */
export function inDemosOnly(access: () => Access): RequestHandler {
  return (req, res, next) => {
    if (access().isDemo === true) next();
    else refuse(req, res, 403, 'this balancer makes no traffic of its own and breaks nothing; in a demonstration, start it with --demo on');
  };
}
