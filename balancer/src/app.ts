import express, { type ErrorRequestHandler, type Express } from 'express';
import { account } from './account/account.ts';
import type { Log } from './account/log.ts';
import { admit } from './admit/admit.ts';
import { type ForwardParts, forward } from './forward/forward.ts';

/** What the app is made of, besides its own stages. */
export interface AppParts extends ForwardParts {
  readonly log: Log;
  /** ms on a monotonic clock. */
  readonly now: () => number;
}

/** The balancer's Express app: the stages of the road, in order. Listen comes before it; see listen/. */
export function createApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // First in place, last to act: account waits for each request's end, whatever the later stages make of it.
  app.use(account(parts.log, parts.now));
  app.use(admit(parts.now));
  app.use(forward(parts));
  app.use(answerMistakes(parts.log));
  return app;
}

/** An exception inside one request is that request's 500 and a line in the log; the client sees none of its details. */
function answerMistakes(log: Log): ErrorRequestHandler {
  return (error, _req, res, _next) => {
    log.note(`a mistake inside the balancer: ${error instanceof Error ? error.stack : String(error)}`);
    if (res.headersSent) res.destroy();
    else res.status(500).type('text').send('500 Internal Server Error\n');
  };
}
