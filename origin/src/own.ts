import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, answerJson, refuse } from './answer.ts';
import { mostBytes, sendBytes } from './bytes.ts';
import { echo } from './echo.ts';
import type { Endless } from './endless.ts';
import { readFault } from './fault.ts';
import type { Faults } from './faulty.ts';
import { handshakeProblem } from './handshake.ts';
import type { Health } from './health.ts';
import type { LoadMeter } from './load.ts';
import { type Handler, type Route, route } from './routes.ts';
import { streamEvents } from './sse.ts';
import { steering, steeringBy } from './steering.ts';

/** What the origin's own paths show and change. */
export interface OwnParts {
  readonly meter: LoadMeter;
  readonly faults: Faults;
  readonly health: Health;
  readonly endless: Endless;
  readonly now: () => Date;
  /** Ends the process as a crash would. */
  readonly crash: () => void;
}

/** The path of the WebSocket. */
export const webSocketPath = '/_origin/ws';

/** Makes the handler of everything under `/_origin/`. */
export function ownPaths(parts: OwnParts): (req: IncomingMessage, res: ServerResponse) => void {
  const { meter, endless, now } = parts;
  const routes: Route[] = [
    { path: '/_origin/health', methods: healthMethods(parts) },
    { path: '/_origin/load', methods: { GET: (_req, res) => answerJson(res, 200, meter.read()) } },
    { path: '/_origin/fault', methods: faultMethods(parts) },
    { path: '/_origin/crash', methods: { POST: steering((_req, res) => crash(res, parts.crash)) } },
    { path: '/_origin/echo', methods: echo },
    { path: '/_origin/sse', methods: { GET: (req, res, query) => streamEvents(req, res, query, now, endless) } },
    { path: webSocketPath, methods: { GET: refuseHandshake } },
    { path: '/_origin/bytes/', rest: `N, N up to ${mostBytes}`, methods: { GET: (req, res, _query, count) => sendBytes(req, res, count) } },
  ];
  return route(routes);
}

function healthMethods({ health, faults }: OwnParts): Record<string, Handler> {
  return {
    GET: (_req, res) => {
      if (faults.fault && !faults.fault.spareHealth) faults.suffer(res, () => health.answer(res));
      else health.answer(res);
    },
    PUT: steeringBy(health.set),
    DELETE: steering((_req, res) => {
      health.end();
      answerJson(res, 200, health.status());
    }),
  };
}

function faultMethods({ faults }: OwnParts): Record<string, Handler> {
  return {
    GET: (_req, res) => answerJson(res, 200, faults.status()),
    PUT: steeringBy((body, res) => {
      const reading = readFault(body);
      if ('problems' in reading) {
        refuse(res, reading.problems);
        return;
      }
      faults.set(reading.fault, reading.ttlS);
      answerJson(res, 200, faults.status());
    }),
    DELETE: steering((_req, res) => {
      faults.end();
      answerJson(res, 200, faults.status());
    }),
  };
}

/** Says so, and crashes once that is on its way. */
function crash(res: ServerResponse, end: () => void): void {
  res.once('close', end);
  answer(res, 202, `the origin server :${res.req.socket.localPort} crashes\n`, { Connection: 'close' });
}

/** A request that comes here was no handshake, since those never become one. */
const refuseHandshake: Handler = (req, res) => {
  const { status, sentence, fields } = handshakeProblem(req) ?? { status: 400, sentence: 'this is no handshake', fields: {} };
  answerJson(res, status, { error: sentence }, fields);
};
