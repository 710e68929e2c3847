// You are here: 20 of 23 in docs/reading.md. Next: forward/attempt-handler.ts.

import type { RoadExchange } from '../admit/road-exchange.ts';
import type { Deadlines } from '../brain/deadlines.ts';
import { cutAfter } from '../brain/dispatch/deadline.ts';
import type { Journey } from '../brain/dispatch/journey.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import type { WireLimits } from '../wire/limits.ts';
import { AttemptHandler } from './attempt-handler.ts';
import { Links } from './links.ts';
import type { Transport, TransportSettings } from './transport.ts';
import { Tunnels } from './tunnels.ts';

/** The transport that the balancer works with: one link to each origin. */
export class WireTransport implements Transport {
  #settings: TransportSettings;
  #limits: WireLimits;
  readonly #deadlines: Deadlines;
  readonly #links: Links;
  readonly #tunnels: Tunnels;

  /** `now` tells the time in ms on a monotonic clock, which is that of the deadlines. */
  constructor(settings: TransportSettings, now: () => number, deadlines: Deadlines) {
    this.#settings = settings;
    this.#limits = limitsIn(settings);
    this.#deadlines = deadlines;
    this.#links = new Links({ deadlines, now, limits: () => this.#limits }, settings.handshake);
    this.#tunnels = new Tunnels(() => ({ silence: this.#settings.timeouts.tunnel, deafness: this.#settings.timeouts.idle }), now);
  }

  carry(journey: Journey, exchange: RoadExchange, request: RoadRequest, reply: Reply): Promise<void> {
    const { timeouts } = this.#settings;
    const { origin, startedAt } = journey.latest;
    return new Promise((done) => {
      const handler = new AttemptHandler(journey, exchange, request, reply, {
        cutAfter: cutAfter(exchange.deadline ?? Number.POSITIVE_INFINITY, startedAt, timeouts),
        deadlines: this.#deadlines,
        done,
        joined: (tunnel) => this.#tunnels.keep(tunnel, origin),
      });
      try {
        this.#links.to(origin).send(exchange, request, handler);
      } catch (error) {
        handler.failed(error as Error);
      }
    });
  }

  configure(settings: TransportSettings): void {
    this.#settings = settings;
    this.#limits = limitsIn(settings);
    this.#links.follow(settings.handshake);
  }

  goAway(origin?: Origin): void {
    this.#tunnels.goAway(origin);
  }

  cut(origin: Origin): void {
    this.goAway(origin);
    this.#links.cut(origin);
  }

  close(): Promise<void> {
    return this.#links.close();
  }
}

function limitsIn({ timeouts: { connect, response, idle }, maxAnswerHeader }: TransportSettings): WireLimits {
  return { connect, response, idle, longestHead: maxAnswerHeader };
}
