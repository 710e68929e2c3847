import type { Request, RequestHandler, Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { type Exchange, exchangeOf } from '../exchange.ts';
import type { Pool } from '../pool/pool.ts';
import type { SelectionPolicy } from '../select/policy.ts';
import { bodyOf } from './body.ts';
import { failureOf } from './failures.ts';
import { mayTryAnother } from './retry.ts';
import { carriedBy, type Transport } from './transport.ts';

/** What the forward stage works with. */
export interface ForwardParts {
  readonly pool: Pool;
  readonly policy: SelectionPolicy;
  readonly transport: Transport;
  /** Further attempts after the first, each on an origin not yet tried. */
  readonly retries: number;
}

/** The stage that gets an answer: http-proxy-middleware, whose router function chooses an origin for every attempt. */
export function forward({ pool, policy, transport, retries }: ForwardParts): RequestHandler {
  const router = (_req: Request, res: Response | undefined) => {
    const exchange = exchangeOf(res as Response);
    const { candidate } = policy.select(untried(exchange), { key: exchange.client });
    exchange.attempts.push({ origin: candidate.origin, release: pool.lease(candidate) });
    return candidate.origin.url;
  };

  const proxy = createProxyMiddleware<Request, Response>({ router, plugins: [carriedBy(transport)], ejectPlugins: true });

  const untried = (exchange: Exchange) => pool.candidates(new Set(exchange.attempts.map(({ origin }) => origin.id)));

  const attempt = async (req: Request, res: Response, exchange: Exchange) => {
    let problem: unknown;
    await proxy(req, res, (error) => {
      problem = error;
    });
    exchange.attempts.at(-1)?.release();
    if (problem) throw problem;
  };

  return async (req, res) => {
    const exchange = exchangeOf(res);
    try {
      exchange.body = await bodyOf(req);
    } catch {
      return; // the client broke off; there is nobody to answer
    }
    while (exchange.attempts.length <= retries && mayTryAnother(exchange) && untried(exchange).length > 0) {
      await attempt(req, res, exchange);
    }
    if (exchange.attempts.at(-1)?.outcome?.kind !== 'answered') giveUp(exchange, res);
  };
}

/** Tells the client that there is no answer; if one had begun, cuts the connection, so that half can't be taken for whole. */
function giveUp(exchange: Exchange, res: Response): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { status, sentence } = failureOf(exchange);
  res.status(status).type('text').send(`${sentence} (request ${exchange.id})\n`);
}
