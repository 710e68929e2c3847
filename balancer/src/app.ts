import { IncomingMessage, type RequestListener, type ServerOptions, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { type AccountParts, account } from './account/account.ts';
import type { Log } from './account/log.ts';
import { admit } from './admit/admit.ts';
import type { IdentityRules } from './admit/identity.ts';
import { queue } from './admit/queue.ts';
import type { RequestLimits } from './admit/refusals.ts';
import { limitWebSockets, type WebSocketCount } from './admit/web-sockets.ts';
import type { WaitingRoom } from './brain/queue/waiting-room.ts';
import { type ForwardParts, forward } from './forward/forward.ts';
import { breakOff } from './forward/give-up.ts';
import { takeBody } from './forward/take-body.ts';
import { gathering } from './listen/gathering.ts';

/** What the app is made of, besides its own stages. */
export interface AppParts extends ForwardParts, AccountParts {
  readonly limits: RequestLimits;
  readonly identity: IdentityRules;
  readonly room: WaitingRoom;
  readonly webSockets: WebSocketCount;
  /** The most WebSockets, as of now. */
  readonly maxTunnels: () => number;
  readonly log: Log;
  /** The pool's clock. */
  readonly now: () => number;
}

/** The road as a server can mount it. */
export interface App {
  readonly handler: RequestListener;
  /** The classes of the messages that the handler is at its best with. */
  readonly classes: Required<Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>>;
}

/** The balancer's Express app: the stages of the road, in order. Listen comes before it; see listen/. */
export function createApp(parts: AppParts): App {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // First in place, last to act: account waits for each request's end, whatever the later stages make of it.
  app.use(account(parts));
  app.use(admit(parts.limits, parts.identity, parts.now));
  app.use(limitWebSockets(parts.webSockets, parts.maxTunnels));
  app.use(takeBody(parts.rules, parts.now));
  app.use(queue(parts.room));
  app.use(forward(parts));
  app.use(answerMistakes(parts.log));
  return { classes: classesFor(app), handler: (req, res) => app(withTargetKept(req), res) };
}

/**
 * Express gives every request and response the prototype of its app, and an object whose prototype was changed is slow from
 * then on. Messages of these classes have that prototype from birth.
 */
function classesFor(app: Express): App['classes'] {
  class RoadRequest extends IncomingMessage {}
  class RoadResponse<Req extends IncomingMessage> extends ServerResponse<Req> {}
  Object.setPrototypeOf(RoadRequest.prototype, app.request);
  Object.setPrototypeOf(RoadResponse.prototype, app.response);
  const Gathering = gathering(RoadRequest);
  Object.assign(app, { request: Gathering.prototype });
  app.response = RoadResponse.prototype as Express['response'];
  return { IncomingMessage: Gathering, ServerResponse: RoadResponse };
}

/**
 * Keeps the request target away from everything that would parse it: `/` becomes `req.url`, and the target, byte for byte,
 * `req.originalUrl` (Express's name for it). No odd target can then lead a request off the road.
 */
function withTargetKept(req: IncomingMessage & { originalUrl?: string | undefined }): IncomingMessage {
  req.originalUrl = req.url;
  req.url = '/';
  return req;
}

/** An exception inside one request is that request's 500 and a line in the log; the client sees none of its details. */
function answerMistakes(log: Log): ErrorRequestHandler {
  return (error, _req, res, _next) => {
    log.note(`a mistake inside the balancer: ${error instanceof Error ? error.stack : String(error)}`);
    // Nothing that was set for another answer may spoil this one.
    res.statusMessage = '';
    if (res.headersSent) breakOff(res);
    else res.status(500).set('Cache-Control', 'no-store').type('text').send('500 Internal Server Error\n');
  };
}
