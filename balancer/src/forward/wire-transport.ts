// You are here: 20 of 23 in docs/reading.md. Next: forward/attempt-handler.ts.

import type { RoadExchange } from '../admit/road-exchange.ts';
import type { Deadlines } from '../brain/deadlines.ts';
import { cutAfter } from '../brain/dispatch/deadline.ts';
import type { Journey } from '../brain/dispatch/journey.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import type { WireLimits } from '../wire/connection.ts';
import { Connections } from '../wire/connections.ts';
import { AttemptHandler } from './attempt-handler.ts';
import { outgoingOf } from './outgoing.ts';
import type { Transport, TransportSettings } from './transport.ts';
import { Tunnels } from './tunnels.ts';

/** The transport that the balancer works with: one set of kept connections for each origin. */
export class WireTransport implements Transport {
  #settings: TransportSettings;
  #limits: WireLimits;
  readonly #now: () => number;
  readonly #deadlines: Deadlines;
  /** By scheme, host and port. */
  readonly #connections = new Map<string, Connections>();
  readonly #tunnels: Tunnels;

  /** `now` tells the time in ms on a monotonic clock, which is that of the deadlines. */
  constructor(settings: TransportSettings, now: () => number, deadlines: Deadlines) {
    this.#settings = settings;
    this.#limits = limitsIn(settings);
    this.#now = now;
    this.#deadlines = deadlines;
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
        this.#connectionsTo(origin).send(outgoingOf(exchange, request, origin), handler);
      } catch (error) {
        handler.failed(error as Error);
      }
    });
  }

  configure(settings: TransportSettings): void {
    this.#settings = settings;
    this.#limits = limitsIn(settings);
    for (const connections of this.#connections.values()) connections.follow(settings.handshake);
  }

  goAway(origin?: Origin): void {
    this.#tunnels.goAway(origin);
  }

  cut(origin: Origin): void {
    this.goAway(origin);
    this.#connections.get(origin.url.origin)?.cut();
    this.#connections.delete(origin.url.origin);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connections) => connections.close()));
  }

  #connectionsTo({ url }: Origin): Connections {
    let connections = this.#connections.get(url.origin);
    if (!connections) {
      const parts = { deadlines: this.#deadlines, now: this.#now, limits: () => this.#limits };
      connections = new Connections(url, parts, this.#settings.handshake);
      this.#connections.set(url.origin, connections);
    }
    return connections;
  }
}

function limitsIn({ timeouts: { connect, response, idle }, maxAnswerHeader }: TransportSettings): WireLimits {
  return { connect, response, idle, longestHead: maxAnswerHeader };
}
