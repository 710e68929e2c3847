import type { ErrorRequestHandler } from 'express';
import { SamePlace } from '../brain/pool/deploy.ts';
import { LastOrigin, TooManyOrigins } from '../brain/pool/main-roster.ts';
import { Busy, UnusableList } from '../brain/pool/membership.ts';
import { UnknownOrigin } from '../brain/pool/roster.ts';
import { NoAnswer } from './ask-origin.ts';
import { longestBody } from './body.ts';
import { NoLesson } from './lessons/refusal.ts';
import { refuse } from './refuse.ts';
import { NoTraffic } from './traffic/generator.ts';

type Refusal = readonly [status: number, sentence: string];

/** Mistakes that would be none at another time. */
const conflicts = [LastOrigin, NoTraffic, NoLesson, Busy, SamePlace, TooManyOrigins];

/** What a request that can't be done is told; nothing where the mistake is ours. */
function refusalOf(error: Error & { status?: number }): Refusal | undefined {
  if (error instanceof UnknownOrigin) return [404, error.message];
  if (conflicts.some((kind) => error instanceof kind)) return [409, error.message];
  if (error instanceof UnusableList) return [400, error.message];
  if (error instanceof NoAnswer) return [502, error.message];
  if (error instanceof URIError) return [400, 'the path can not be decoded'];
  return refusalOfBody(error.status ?? 500);
}

/** What is said of a body, by the status that Express's parser gives. */
function refusalOfBody(status: number): Refusal | undefined {
  if (status < 400 || status > 499) return undefined;
  if (status === 413) return [413, `the body is longer than ${longestBody} bytes`];
  if (status === 415) return [415, 'the body is packed or not in UTF-8; give plain JSON in UTF-8'];
  return [400, 'the body is no JSON'];
}

/** Answers what went wrong, in words if the request is to blame; a mistake of ours is for the log alone. */
export function answerErrors(note: (message: string) => void): ErrorRequestHandler {
  return (error, req, res, _next) => {
    // What could not be read of it was answered where it was noticed, while this went on.
    if (res.writableEnded && !req.complete) return;
    const refusal = refusalOf(error);
    if (!refusal) note(`a mistake inside the balancer: ${error instanceof Error ? error.stack : String(error)}`);
    const [status, sentence] = refusal ?? [500, 'a mistake inside the balancer'];
    refuse(req, res, status, sentence);
  };
}
