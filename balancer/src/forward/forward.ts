import type { Request, RequestHandler, Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { deadlineOf, outOfTime } from '../brain/dispatch/deadline.ts';
import type { KeySource } from '../brain/dispatch/key.ts';
import { reasonNotToRetry } from '../brain/dispatch/retry.ts';
import { type BudgetShare, RetryBudget } from '../brain/dispatch/retry-budget.ts';
import { type Attempt, type Exchange, exchangeOf } from '../brain/exchange/exchange.ts';
import type { Pool } from '../brain/pool/pool.ts';
import type { SelectionPolicy } from '../brain/select/policy.ts';
import { chooser, NoOriginLeft } from './choose.ts';
import type { ExplainRule } from './explain.ts';
import { giveUp } from './give-up.ts';
import type { Stickiness } from './sticky.ts';
import type { BodyRules } from './take-body.ts';
import { carriedBy, type Transport } from './transport.ts';

/** What may change from one request to the next. */
export interface ForwardRules extends BodyRules {
  readonly policy: SelectionPolicy;
  readonly policyName: string;
  /** Its number in the registry, from 0. */
  readonly policyNumber: number;
  /** What a hash policy hashes. */
  readonly key: KeySource;
  /** Missing where clients don't stick to origins. */
  readonly stickiness: Stickiness | undefined;
  /** Further attempts after the first, each on an origin not yet tried. */
  readonly retries: number;
  /** The longest that all attempts together may take until an answer begins, in ms. */
  readonly totalTimeout: number;
  /** Whom to tell why their requests went where they went. */
  readonly explain: ExplainRule;
}

/** What the forward stage works with. */
export interface ForwardParts {
  readonly pool: Pool;
  readonly transport: Transport;
  readonly rules: () => ForwardRules;
  /** Told of every attempt's end, before another one is made. */
  readonly observe: (attempt: Attempt) => void;
  /** Told of every exchange that goes to an origin, or on to another. */
  readonly changed: (exchange: Exchange) => void;
}

/** The stage that gets an answer: http-proxy-middleware, whose router function chooses an origin for every attempt. */
export function forward({ pool, transport, rules, observe, changed }: ForwardParts): RequestHandler {
  const budget = new RetryBudget();
  const choose = chooser(pool, rules);

  const router = (req: Request) => {
    const exchange = exchangeOf(req);
    const attempt = choose(req, exchange);
    exchange.attempts.push(attempt);
    changed(exchange);
    return attempt.origin.url;
  };

  const proxy = createProxyMiddleware<Request, Response>({ router, plugins: [carriedBy(transport)], ejectPlugins: true });

  /** One attempt: through the middleware, hence through the router. False if no origin is left to try. */
  const attempt = async (req: Request, res: Response, exchange: Exchange) => {
    let problem: unknown;
    await proxy(req, res, (error) => {
      problem = error;
    });
    if (problem instanceof NoOriginLeft) return false;
    const latest = exchange.attempts.at(-1);
    latest?.leaveTunnel?.();
    latest?.release();
    if (problem) throw problem;
    if (latest) observe(latest);
    return true;
  };

  /** Why there is no further attempt, in a few words; nothing where there may be one. */
  const reasonToStop = (exchange: Exchange, share: BudgetShare) => {
    const reason = reasonNotToRetry(exchange) ?? overTime(exchange);
    if (reason !== undefined) return reason;
    const { retries } = rules();
    if (exchange.attempts.length > retries) return retries === 0 ? 'retries are off' : `it had all of its ${retries} retries`;
    return hasRoom(exchange, share) ? undefined : 'the retry budget is used up: too many requests are being tried again';
  };

  /** The reason to stop where the time for all attempts is over. */
  const overTime = ({ deadline = Number.POSITIVE_INFINITY }: Exchange) => (pool.now() >= deadline ? outOfTime : undefined);

  /** Whether there is room for another attempt. A request that moves on from an origin that was taken out costs no room. */
  const hasRoom = (exchange: Exchange, share: BudgetShare) => {
    const failed = exchange.attempts.at(-1)?.origin;
    return (failed !== undefined && pool.isLeftOut(failed)) || share.mayRetry();
  };

  /** An open tunnel stays in flight, but takes no place from those who want an answer. */
  const becomeTunnel = ({ attempts, leavePlace }: Exchange) => {
    const latest = attempts.at(-1);
    if (latest) latest.leaveTunnel = pool.tunnel(latest.candidate);
    leavePlace?.();
  };

  /** Attempts until one is answered or there is nothing left to try. */
  const attempts = async (req: Request, res: Response, exchange: Exchange) => {
    const share = budget.begin(exchange.webSocket ? () => becomeTunnel(exchange) : undefined);
    exchange.share = share;
    try {
      while (await attempt(req, res, exchange)) {
        const reason = reasonToStop(exchange, share);
        if (reason !== undefined) return reason;
      }
      return exchange.attempts.length > 0 ? 'no other origin can take it' : 'no origin can take it';
    } finally {
      share.end();
    }
  };

  return async (req, res) => {
    const exchange = exchangeOf(req);
    const explained = rules().explain(exchange.client, req.headers);
    exchange.isExplained = explained !== undefined;
    exchange.explained = explained ?? [];
    exchange.deadline = deadlineOf(exchange, rules().totalTimeout);
    const end = overTime(exchange) ?? (await attempts(req, res, exchange));
    const outcome = exchange.attempts.at(-1)?.outcome;
    if (outcome?.kind === 'answered') return;
    exchange.notRetried = end;
    giveUp(exchange, res, end === outOfTime ? { kind: 'overdue' } : outcome, pool.hasReady());
  };
}
