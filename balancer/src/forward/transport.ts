import type { Request, Response } from 'express';
import type { Plugin } from 'http-proxy-middleware';
import { type Attempt, exchangeOf } from '../exchange.ts';

/** Carries one attempt to one origin and streams the answer to the client. */
export interface Transport {
  /**
   * Resolves when the attempt is over; never rejects. The outcome is on the attempt before the client's response ends.
   * That response is untouched unless the origin began to answer.
   */
  carry(attempt: Attempt, req: Request, res: Response): Promise<void>;
  /** Closes every connection to the origins once nothing runs on it. */
  close(): Promise<void>;
}

/**
 * The http-proxy-middleware plugin that puts a transport under the middleware's router: the router still chooses the
 * origin of every attempt, the transport replaces only how the request gets there.
 */
export function carriedBy(transport: Transport): Plugin<Request, Response> {
  return (proxyServer) => {
    proxyServer.web = async (req, res) => {
      const attempt = exchangeOf(req).attempts.at(-1);
      if (attempt) await transport.carry(attempt, req, res);
    };
  };
}
