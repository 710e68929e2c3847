import type { ErrorRequestHandler } from 'express';
import { LastOrigin, UnknownOrigin } from '../pool/roster.ts';
import { longestBody } from './body.ts';

/** What a request that can't be done is told; nothing where the mistake is ours. */
function refusalOf(error: Error & { status?: number }): readonly [status: number, sentence: string] | undefined {
  if (error instanceof UnknownOrigin) return [404, error.message];
  if (error instanceof LastOrigin) return [409, error.message];
  if (error instanceof URIError) return [400, 'the path can not be decoded'];
  const isAboutBody = error instanceof SyntaxError || error.status === 413;
  return isAboutBody ? [400, `the body is no JSON of at most ${longestBody} bytes`] : undefined;
}

/** Answers what went wrong, in words if the request is to blame; a mistake of ours is for the log alone. */
export function answerErrors(note: (message: string) => void): ErrorRequestHandler {
  return (error, _req, res, _next) => {
    const refusal = refusalOf(error);
    if (!refusal) note(`a mistake inside the balancer: ${error instanceof Error ? error.stack : String(error)}`);
    const [status, sentence] = refusal ?? [500, 'a mistake inside the balancer'];
    res.status(status).json({ error: sentence });
  };
}
