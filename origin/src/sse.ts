import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from './answer.ts';
import type { Endless } from './endless.ts';

/** How often, and how many. */
interface Beat {
  readonly everyMs: number;
  readonly count: number;
}

const [quickest, slowest] = [10, 60_000];
const mostEvents = 1_000_000;

/**
 * Streams server-sent events: the first one at once, then one a second or `?every=`, until the client leaves, the origin
 * stops or there were `?count=`. An event that the client has no room for is left out, not kept.
 */
export function streamEvents(req: IncomingMessage, res: ServerResponse, query: URLSearchParams, now: () => Date, endless: Endless): void {
  const beat = beatIn(query);
  if ('problems' in beat) {
    refuse(res, beat.problems);
    return;
  }
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  let number = 0;
  const send = () => {
    if (res.writableNeedDrain) return;
    number += 1;
    res.write(`id: ${number}\ndata: ${JSON.stringify({ port: req.socket.localPort, number, time: now() })}\n\n`);
    if (number >= beat.count) end();
  };
  const timer = setInterval(send, beat.everyMs);
  const end = () => {
    clearInterval(timer);
    res.end();
  };
  send();
  const forget = endless.add(end);
  res.once('close', () => {
    clearInterval(timer);
    forget();
  });
}

/** Reads the query; else says everything that is wrong with it. */
function beatIn(query: URLSearchParams): Beat | { readonly problems: readonly string[] } {
  const { every = '1s', count, ...others } = Object.fromEntries(query);
  const problems = Object.keys(others).map((name) => `${name}: unknown; the query may have every and count`);
  const everyMs = msIn(every);
  if (!(everyMs >= quickest && everyMs <= slowest)) {
    problems.push(`every: "${every}" is wrong; give a time from 10ms to 60s, such as 250ms or 2s; without a unit it is in ms`);
  }
  const events = count === undefined ? Number.POSITIVE_INFINITY : Number(count);
  if (count !== undefined && !(/^\d+$/.test(count) && events >= 1 && events <= mostEvents)) {
    problems.push(`count: "${count}" is wrong; give a whole number from 1 to ${mostEvents}`);
  }
  return problems.length > 0 ? { problems } : { everyMs, count: events };
}

function msIn(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text) ?? [];
  return Number(digits) * (unit === 's' ? 1000 : 1);
}
