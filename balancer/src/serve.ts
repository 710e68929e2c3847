import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './account/log.ts';
import { plainAddress } from './admit/address.ts';
import { trustIn } from './admit/trust.ts';
import { createApp } from './app.ts';
import { Deadlines } from './brain/deadlines.ts';
import type { Refusal } from './brain/exchange/refusals.ts';
import type { Evidence } from './brain/health/evidence.ts';
import type { Ledger } from './brain/pool/ledger.ts';
import { duration } from './brain/pool/standing.ts';
import { classOf } from './brain/pool/tally.ts';
import type { Origin } from './brain/select/origin.ts';
import { Decisions } from './brain/story/decisions.ts';
import { type Answers, answer, type Question } from './brain/story/desk.ts';
import { ExemplarBook } from './brain/story/exemplars.ts';
import type { Config } from './config/options.ts';
import { settingsOf } from './config/settings.ts';
import { type ExplainRule, explainRule, routeFields } from './dispatch/explain.ts';
import type { Arrival } from './listen/entrance/arrival.ts';
import { type Entrance, entranceOf, type Step } from './listen/entrance/entrance.ts';
import { byPreface } from './listen/entrance/preface.ts';
import type { Http2Connections } from './listen/http2/connections.ts';
import { Listener } from './listen/listener.ts';
import { PoolLane, type ServedPool } from './pool-lane.ts';
import { version } from './process/version.ts';
import { world } from './process/world.ts';
import type { HostProofs } from './route/prove-host.ts';
import type { Ways } from './route/ways.ts';
import { servedRoutes } from './served-routes.ts';
import type { RateMemories } from './threads/shared-rates.ts';
import type { Issued } from './tls/pair.ts';
import type { TlsPort } from './tls-port.ts';
import type { OpenTracer } from './trace/open-tracer.ts';

/** What a thread needs to serve clients. */
export interface ServingParts {
  readonly pools: readonly ServedPool[];
  /** Where it is counted what is the whole balancer's. */
  readonly house: Ledger;
  /** The rate limits of routes, as they are now. */
  readonly rates: { readonly memories: RateMemories };
  readonly log: Log;
  /** What sticky cookies are encrypted with where the configuration names no secret. */
  readonly secret: string;
  /** A name that no other balancer has; its threads share it. */
  readonly instance: string;
  /** Told what requests have shown of the health of an origin, in the pool of that number. */
  readonly tell: (pool: number, id: string, evidence: Evidence) => void;
}

/** Where clients are served: 0 stands for a port that the system picks; the one over TLS is missing where that is off. */
export interface Ports {
  readonly port: number;
  readonly tlsPort?: number;
}

/** What is loaded only where there is a TLS port. */
const tls = () => import('./tls-port.ts');

/** And what only where traces are. */
const traces = () => import('./trace/open-tracer.ts');

/** Hands each text on once. */
function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (!told.has(text)) tell(text);
    told.add(text);
  };
}

/** How long a WebSocket's ends may take to close after they were told to, in ms. */
const farewell = 1000;

/** How long the last spans may take to be sent once all connections are closed, in ms. */
const lastSpans = 1000;

/** What the decisions of all threads take up at the most, about, in bytes. */
const mostRemembered = 64 * 1024 * 1024;

/** The whole road in one thread, and what can be done to it while requests walk on it. */
export class Serving {
  readonly listener: Listener;
  readonly #openHttp2: () => Promise<Http2Connections>;
  #http2: Http2Connections | undefined;
  readonly #parts: ServingParts;
  readonly #decisions: Decisions;
  readonly #exemplars = new ExemplarBook();
  readonly #deadlines = new Deadlines(world);
  #config: Config;
  #explain: ExplainRule;
  /** By the pools' numbers; those of pools that are no more, until nothing runs in them. */
  readonly #lanes = new Map<number, PoolLane>();
  /** Where requests go. */
  #ways: Ways;
  #tls: TlsPort | undefined;
  /** As it is once it listens. */
  #tlsPort: number | undefined;
  #issued: Issued = { pairs: [], proofs: [], pages: [] };
  #hostProofs: HostProofs = new Map();
  #tracer: OpenTracer | undefined;

  constructor(config: Config, parts: ServingParts) {
    const { pools, house, log, instance } = parts;
    const { now } = world;
    this.#parts = parts;
    this.#config = config;
    this.#explain = explainRule(config.explain, config.trustedProxies);
    this.#decisions = new Decisions(config.decisions, mostRemembered / config.threads);
    this.#ways = this.#follow(pools);
    const trusts = trustIn(config.trustedProxies);
    const counts = house.exchanges();
    const app = createApp({
      ...{ log, now, counts, decisions: this.#decisions, limits: config, deadlines: this.#deadlines },
      tracing: () => this.#tracer,
      ways: () => this.#ways,
      explain: (client, headers) => this.#explain(client, headers),
      ...{ webSockets: house, maxTunnels: () => this.#config.maxTunnels },
      identity: {
        ...{ trusts, fields: new Set(config.trustedFields), via: config.via, instance },
        unbelieved: once((name) =>
          log.note(
            `a trusted proxy sends ${name}, which is dropped: its client may have made it up; where the proxy sets it itself, name it in --trusted-fields`,
          ),
        ),
      },
    });
    const refused = (client: string, sentence: Refusal) => {
      counts.ended(classOf(Number.parseInt(sentence, 10)));
      log.refused(plainAddress(client), sentence);
    };
    this.listener = new Listener(app.handler, config, app.classes, house, trusts, refused);
    this.#openHttp2 = async () => (await import('./listen/http2/http2.ts')).http2Over(app.mount, config, refused);
  }

  /** Starts listening at all ports; resolves with them, as Listener does. Rejects with the system's error, which says where that port is over TLS. */
  async listen({ port, tlsPort }: Ports, host: string, shared = false): Promise<Ports> {
    this.#tracer ??= await this.#openTracer();
    const known = await this.listener.listen(port, host, shared, await this.#plainEntrance());
    if (tlsPort === undefined) return { port: known };
    try {
      return { port: known, tlsPort: await this.#listenTls(tlsPort, host, shared) };
    } catch (error) {
      throw Object.assign(error as Error, { isTls: true });
    }
  }

  /** What makes spans; nothing where nobody wants them. */
  async #openTracer(): Promise<OpenTracer | undefined> {
    const settings = settingsOf.traces(this.#config);
    if (!settings) return undefined;
    const { house, log, instance } = this.#parts;
    const { openTracer } = await traces();
    return openTracer({
      ...{ settings, world, wall: Date.now, instance, version: version(), exemplars: this.#exemplars },
      ...{ count: house, note: log.note, trusts: trustIn(this.#config.trustedProxies) },
    });
  }

  /** What is done at the plain port before HTTP begins; nothing where that is all, and only HTTP/1.1 is spoken there. */
  async #plainEntrance(): Promise<Entrance | undefined> {
    const { h2c, headerTimeout } = this.#config;
    const before = await this.#before();
    if (h2c) return entranceOf(before, byPreface(await this.#speakingHttp2(), headerTimeout));
    return before.length > 0 ? entranceOf(before, (arrival) => arrival.speakHttp1()) : undefined;
  }

  async #listenTls(port: number, host: string, shared: boolean): Promise<number> {
    const { secret, house, log } = this.#parts;
    const { TlsPort } = await tls();
    const speakHttp2 = await this.#speakingHttp2();
    this.#tls = new TlsPort(this.#config, {
      secret,
      house,
      note: log.note,
      before: await this.#before(),
      issued: this.#issued,
      speakHttp2,
    });
    this.#tlsPort = await this.listener.listen(port, host, shared, this.#tls.entrance);
    return this.#tlsPort;
  }

  /** What has HTTP/2 spoken on a connection. It is loaded only where that may be. */
  async #speakingHttp2(): Promise<(arrival: Arrival) => void> {
    this.#http2 ??= await this.#openHttp2();
    const connections = this.#http2;
    return ({ socket, connection }) => connections.serve(socket, connection);
  }

  /** What happens first on every connection, at whichever port. */
  async #before(): Promise<readonly Step[]> {
    const { proxyProtocol: isOn, trustedProxies } = this.#config;
    if (!isOn) return [];
    const { proxyProtocol } = await import('./listen/entrance/proxy-protocol.ts');
    const { note } = this.#parts.log;
    const closed = (address: string, why: string) => note(`closed a connection from the trusted proxy ${plainAddress(address)}: ${why}`);
    return [proxyProtocol({ isProxy: trustIn(trustedProxies), closed })];
  }

  /** Shows what was issued in the meantime, beside what is configured; and to certificate authorities, what they ask for. */
  show(issued: Issued): void {
    this.#issued = issued;
    this.#hostProofs = new Map(issued.pages.map(({ token, text }) => [token, text]));
    this.#tls?.show(issued);
  }

  get #httpsPort(): number | undefined {
    const { redirectToHttps } = this.#config;
    if (redirectToHttps === 'off') return undefined;
    return redirectToHttps === 'on' ? this.#tlsPort : redirectToHttps;
  }

  /** Follows another configuration and its pools, but not their origins, which the rosters follow. */
  reconfigure(next: Config, pools: readonly ServedPool[]): void {
    this.#config = next;
    this.#explain = explainRule(next.explain, next.trustedProxies);
    this.listener.idleTimeout = next.idleTimeout;
    this.#tls?.reconfigure(next);
    if (this.#http2) this.#http2.idleTimeout = next.idleTimeout;
    this.#ways = this.#follow(pools);
  }

  /** Has the pool of that number choose by another policy. */
  switchPolicy(pool: number, policyName: string): void {
    this.#lanes.get(pool)?.switchPolicy(policyName);
  }

  /** Answers what is asked about the decisions made here. */
  ask<Asked extends Question>(question: Asked): Answers[Asked['about']] {
    return answer(question, this.#decisions, this.#parts.house.thread, this.#exemplars.all()) as Answers[Asked['about']];
  }

  /** Resolves when it works as it was told until now, with who does not: a crew of threads needs a moment for that. */
  settled(): Promise<readonly number[]> {
    return Promise.resolve([]);
  }

  /** Ends everything that still runs at an origin of the pool of that number. */
  cut(pool: number, origin: Origin): void {
    this.#lanes.get(pool)?.transport.cut(origin);
  }

  /** Stops accepting; resolves when all that ran has ended, or was cut after the drain timeout. */
  async stop(): Promise<void> {
    const transports = [...this.#lanes.values()].map(({ transport }) => transport);
    const timeout = this.#config.drainTimeout;
    const farewells = setTimeout(() => {
      for (const transport of transports) transport.goAway();
    }, timeout);
    const end = setTimeout(() => {
      this.#parts.log.note(`connections cut, still busy after ${duration(timeout)}: ${this.listener.cut()}`);
    }, timeout + farewell);
    await this.listener.stop();
    clearTimeout(farewells);
    clearTimeout(end);
    // A connection that is still being made has nobody left to serve.
    await Promise.race([Promise.all(transports.map((transport) => transport.close())), delay(farewell)]);
    await this.#tracer?.stop(lastSpans);
  }

  /** Has a lane for each pool, as that is now. Those of other pools stay until their origins have gone. */
  #follow(pools: readonly ServedPool[]): Ways {
    const lanes = pools.map((served) => this.#laneOf(served));
    for (const [number, lane] of this.#lanes) if (!lanes.includes(lane)) lane.endWhenEmpty(() => this.#lanes.delete(number));
    const [first] = lanes;
    if (!first) throw new Error('the configuration let through that there is no pool');
    const { routes } = this.#config;
    const hostProofs = this.#config.acme && (() => this.#hostProofs);
    const httpsPort = () => this.#httpsPort;
    if (!routes) return { only: first, hostProofs, httpsPort };
    const { house, rates } = this.#parts;
    const named = pools.map(({ name }, place) => [name, lanes[place] ?? first] as const);
    return {
      ...{ hostProofs, httpsPort, routes: servedRoutes(routes, rates.memories, house.thread), lanes: new Map(named) },
      told: (exchange, headers) => (this.#explain(exchange.client, headers) ? routeFields(exchange) : []),
    };
  }

  #laneOf(served: ServedPool): PoolLane {
    const known = this.#lanes.get(served.number);
    known?.reconfigure(served.settings, served.policyName);
    if (known) return known;
    const lane = new PoolLane(served, {
      deadlines: this.#deadlines,
      secret: this.#parts.secret,
      tell: (id, evidence) => this.#parts.tell(served.number, id, evidence),
      changed: (exchange) => this.#decisions.changed(exchange),
    });
    this.#lanes.set(served.number, lane);
    return lane;
  }
}
