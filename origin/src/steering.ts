import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { answerJson, refuse } from './answer.ts';

/** The longest body that is read, in bytes. */
const longestBody = 4096;

/** Wraps what changes the origin, so that neither another site's page nor a client of the balancer can do it. */
export function steering(handle: (req: IncomingMessage, res: ServerResponse) => void): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    const problem = strangerIn(req);
    if (problem === undefined) handle(req, res);
    else answerJson(res, 403, { error: problem });
  };
}

/** Wraps what changes the origin as a JSON body says. */
export function steeringBy(handle: (body: unknown, res: ServerResponse) => void): (req: IncomingMessage, res: ServerResponse) => void {
  return steering((req, res) => {
    if (!/^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? '')) {
      answerJson(res, 415, { error: 'the body is not said to be JSON; give Content-Type: application/json' });
      return;
    }
    readBody(req, (text) => {
      if (text === undefined) answerJson(res, 413, { error: `the body is longer than ${longestBody} bytes` }, { Connection: 'close' });
      else withJson(text, res, handle);
    });
  });
}

function withJson(text: string, res: ServerResponse, handle: (body: unknown, res: ServerResponse) => void): void {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    refuse(res, ['the body is no JSON; give an object such as {"status":503}']);
    return;
  }
  handle(body, res);
}

/** Reads a body whole, or finds that it is too long; says nothing where the client leaves before its end. */
function readBody(req: IncomingMessage, read: (text: string | undefined) => void): void {
  const pieces: Buffer[] = [];
  let size = 0;
  const take = (piece: Buffer) => {
    size += piece.length;
    if (size <= longestBody) pieces.push(piece);
    else finish(undefined);
  };
  const end = () => finish(Buffer.concat(pieces).toString());
  const finish = (text: string | undefined) => {
    req.off('data', take).off('end', end).resume();
    read(text);
  };
  req.on('data', take).on('end', end);
}

/** Says why a request may not change anything, if so. */
function strangerIn({ headers }: IncomingMessage): string | undefined {
  if (headers.via !== undefined || headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined) {
    return 'this request comes through a proxy; ask the origin itself, on its own port';
  }
  const isForeign = headers.origin !== undefined && !isSameSite(headers.origin, headers.host);
  return isForeign ? 'this request comes from another site’s page' : undefined;
}

/**
 * Whether a page that a browser names in `Origin` is this origin's own. A name with a dot never is, since the page's owner
 * can have it lead to this machine for a moment (DNS rebinding).
 */
function isSameSite(page: string, host: string | undefined): boolean {
  if (!URL.canParse(page)) return false;
  const url = new URL(page);
  return url.host === host && (isIP(url.hostname) === 4 || !url.hostname.includes('.'));
}
