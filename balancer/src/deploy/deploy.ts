import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { endIn, reasonIn, saysDone } from './said.ts';

/** A deploy that a running balancer is asked for. */
export interface Deploy {
  /** The URL of the admin side: scheme, host and port. */
  readonly admin: string;
  readonly pool: string;
  /** The new origins, as a list of origins has them. */
  readonly origins: readonly string[];
  /** How long they may take to become well, with its unit; what the pool's settings say where it is missing. */
  readonly timeout?: string;
  /** What the admin side asks for, if it asks for anything. */
  readonly token?: string;
}

/** How a deploy went, and a sentence for whoever asked for it. */
export interface Outcome {
  readonly isDone: boolean;
  readonly sentence: string;
}

/**
 * Asks the admin side of a running balancer to replace the origins of a pool, and waits until that is done or can't be. The admin side
 * bounds how long that takes; nothing here does. Never rejects.
 */
export async function deploy(wanted: Deploy): Promise<Outcome> {
  const { admin, pool, origins } = wanted;
  let answer: IncomingMessage;
  try {
    answer = await answered(wanted);
  } catch (error) {
    return { isDone: false, sentence: `${admin} ${(error as Error).message}` };
  }
  const body = await text(answer).catch(() => '');
  if (answer.statusCode === 200 && !saysDone(body)) {
    return {
      isDone: false,
      sentence: `${admin} answered 200, but not as the admin side of a balancer does; give --admin with its URL, and see there whether anything has changed`,
    };
  }
  if (answer.statusCode === 200) {
    return {
      isDone: true,
      sentence: `pool ${pool}: ${origins.join(', ')} took over${endIn(body)}`,
    };
  }
  const reason = reasonIn(body) ?? 'the admin side gives no reason';
  const advice = answer.statusCode === 401 ? '; this command takes it from ADMIN_TOKEN' : '';
  return { isDone: false, sentence: `pool ${pool}: ${reason} (status ${answer.statusCode})${advice}` };
}

/** The head of the answer. Rejects with the end of a sentence that the admin side's URL begins. */
function answered(wanted: Deploy): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = sent(wanted);
  let isReached = false;
  request.on('socket', (socket) => socket.once('connect', () => (isReached = true)));
  request.on('response', resolve);
  request.on('error', (error: NodeJS.ErrnoException) => {
    const code = error.code ?? error.message;
    const unknown = `broke off before it answered (${code}); GET /api/pools/${wanted.pool} says whether anything has changed`;
    const unreached = `can not be reached (${code}); give --admin with the URL of the balancer's admin side`;
    reject(new Error(isReached ? unknown : unreached));
  });
  return promise;
}

function sent({ admin, pool, origins, timeout, token }: Deploy): ReturnType<typeof httpRequest> {
  const url = new URL(`/api/pools/${pool}/deploy`, admin);
  const body = JSON.stringify({ origins, ...(timeout === undefined ? {} : { timeout }) });
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send(url, {
    ...{ method: 'POST', agent: false },
    headers: {
      ...{ 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), 'User-Agent': 'balancer-deploy' },
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
  });
  // The answer may take minutes in which nothing is sent: so a machine that is gone is still noticed.
  request.setSocketKeepAlive(true, 10_000);
  request.end(body);
  return request;
}
