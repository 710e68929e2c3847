// You are here: 1 of 23 in docs/reading.md. Next: listen/listener.ts.

import type { RequestListener, ServerOptions } from 'node:http';
import express from 'express';
import { createProxyMiddleware, type Plugin } from 'http-proxy-middleware';
import { type AccountParts, account } from './account/account.ts';
import type { Log } from './account/log.ts';
import { type AdmitParts, admit } from './admit/admit.ts';
import { exchangeOf, putExchange } from './admit/road-exchange.ts';
import type { Stage } from './admit/stage.ts';
import type { Deadlines } from './brain/deadlines.ts';
import { refusals } from './brain/exchange/refusals.ts';
import { dispatch, type Middleware } from './dispatch/dispatch.ts';
import type { ExplainRule } from './dispatch/explain.ts';
import { router } from './dispatch/router.ts';
import { Http1Reply } from './listen/http1-reply.ts';
import { Http1Request } from './listen/http1-request.ts';
import { refuse } from './listen/refuse.ts';
import type { Reply } from './listen/reply.ts';
import type { RoadRequest } from './listen/request.ts';
import { queue } from './queue/queue.ts';
import { takeBody } from './queue/take-body.ts';
import { limitWebSockets, type WebSocketCount } from './queue/web-sockets.ts';
import { laneOf } from './route/lane.ts';
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
}

/** The road as a server can mount it. */
export interface App {
  readonly handler: RequestListener<typeof Http1Request, typeof Http1Reply>;
  /** The classes of the messages that the handler takes. */
  readonly classes: Required<Pick<ServerOptions<typeof Http1Request, typeof Http1Reply>, 'IncomingMessage' | 'ServerResponse'>>;
  /** The road for messages of another version of HTTP: Express gives all that it gets one prototype, and HTTP/2's don't work with another (expressjs/express#6863). */
  readonly mount: (prototypes: { request: object; response: object }) => (request: RoadRequest, reply: Reply) => void;
}

/** The road: its stages, in order, mounted by Express, of which nothing behind this file knows. Listen comes before them; see listen/. */
export function createApp(parts: AppParts): App {
  const between = [
    // Route: which pool it goes to, unless its route has an answer of its own.
    (next: Stage) => route(parts.ways, next),
    // Queue: the body comes first, so that a client which sends slowly takes no place from others.
    (next: Stage) => limitWebSockets(parts.webSockets, parts.maxTunnels, next),
    (next: Stage) => takeBody(parts.now, parts.deadlines, next),
    (next: Stage) => queue(parts.ways, next),
  ];
  // Dispatch, and forward: each attempt is made by http-proxy-middleware.
  const last = dispatch(parts.explain, proxying());
  // Admit comes first. Account hears of each exchange as it begins, since it must see its end, whatever the stages make of it.
  const behind = between.reduceRight((next, stage) => stage(next), last);
  const road = admit({ ...parts, begun: account(parts) }, behind);
  const mount: App['mount'] = (prototypes) => {
    const app = express();
    app.disable('x-powered-by');
    app.disable('etag');
    app.use((req, res) => road(req as unknown as RoadRequest, res as unknown as Reply));
    // Express gives every message the prototype of its app, and an object whose prototype was changed is slow from then on.
    Object.assign(app, prototypes);
    return (request, reply) =>
      // Whatever Express makes of an error, nobody but this hears of it.
      app(request as unknown as express.Request, reply as unknown as express.Response, (error) => answerMistake(error, reply, parts.log));
  };
  const handle = mount({ request: Http1Request.prototype, response: Http1Reply.prototype });
  return {
    classes: { IncomingMessage: Http1Request, ServerResponse: Http1Reply },
    handler: (request, reply) => {
      request.keepTarget();
      handle(request, reply);
    },
    mount,
  };
}

/** What makes an attempt: the middleware's router function has the brain choose an origin for it, and its plugin has the lane carry it there. */
function proxying(): Middleware {
  const carrying: Plugin<Http1Request, Http1Reply> = (proxyServer) => {
    proxyServer.web = (request, reply) => {
      const exchange = exchangeOf(request);
      if (!exchange.journey) throw new Error('an exchange is to be carried that was not dispatched');
      return laneOf(request).transport.carry(exchange.journey, exchange, request, reply);
    };
  };
  const middleware = createProxyMiddleware<Http1Request, Http1Reply>({
    router: (request) => router(exchangeOf(request), request),
    pathFilter: '',
    plugins: [carrying],
    ejectPlugins: true,
  });
  return (exchange, request, reply, failed) => {
    putExchange(request, exchange);
    const req = request as Http1Request;
    // The middleware would parse it, to see whether the request is for it; each is.
    req.url = '';
    return middleware(req, reply as Http1Reply, failed);
  };
}

/** An exception inside one request is that request's 500 and a line in the log; the client sees none of its details. */
function answerMistake(error: unknown, reply: Reply, log: Log): void {
  log.note(`a mistake inside the balancer: ${error instanceof Error ? error.stack : String(error)}`);
  if (reply.hasBegun) reply.breakOff();
  else refuse(reply, refusals.mistake);
}
