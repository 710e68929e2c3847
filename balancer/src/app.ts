// You are here: 1 of 23 in docs/reading.md. Next: listen/listener.ts.

import { IncomingMessage, type RequestListener, type ServerOptions, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { type AccountParts, account } from './account/account.ts';
import type { Log } from './account/log.ts';
import { type AdmitParts, admit } from './admit/admit.ts';
import type { Deadlines } from './brain/deadlines.ts';
import { refusals } from './brain/exchange/refusals.ts';
import { dispatch } from './dispatch/dispatch.ts';
import type { ExplainRule } from './dispatch/explain.ts';
import { router } from './dispatch/router.ts';
import { carrying } from './forward/transport.ts';
import { gathering } from './listen/gathering.ts';
import { breakOff, refuse } from './listen/refuse.ts';
import { queue } from './queue/queue.ts';
import { takeBody } from './queue/take-body.ts';
import { limitWebSockets, type WebSocketCount } from './queue/web-sockets.ts';
import { route } from './route/route.ts';
import type { Ways } from './route/ways.ts';

/** What the app is made of, besides its own stages. */
export interface AppParts extends AccountParts, Omit<AdmitParts, 'begun'> {
  /** Where requests go, as of now. */
  readonly ways: () => Ways;
  /** By what silence is timed, on the clock of `now`. */
  readonly deadlines: Deadlines;
  readonly webSockets: WebSocketCount;
  /** The most WebSockets, as of now. */
  readonly maxTunnels: () => number;
  /** Whom to tell why their requests went where they went, as of now. */
  readonly explain: ExplainRule;
  readonly log: Log;
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
  // Admit: account hears of each exchange as it begins, since it must see its end, whatever the stages make of it.
  app.use(admit({ ...parts, begun: account(parts) }));
  // Route: which pool it goes to, unless its route has an answer of its own.
  app.use(route(parts.ways));
  // Queue: the body comes first, so that a client which sends slowly takes no place from others.
  app.use(limitWebSockets(parts.webSockets, parts.maxTunnels));
  app.use(takeBody(parts.now, parts.deadlines));
  app.use(queue(parts.ways));
  // Dispatch, and forward: the router has the brain choose an origin for each attempt, and the plugin carries it there.
  const middleware = createProxyMiddleware<Request, Response>({ router, plugins: [carrying], ejectPlugins: true });
  app.use(dispatch(parts.explain, middleware));
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
    if (res.headersSent) breakOff(res);
    else refuse(res, refusals.mistake);
  };
}
