import { hostname } from 'node:os';
import type { Tracing } from '../admit/road-exchange.ts';
import type { Trust } from '../admit/trust.ts';
import type { ExemplarBook } from '../brain/story/exemplars.ts';
import type { World } from '../brain/world.ts';
import { attributesJson } from './attributes.ts';
import { Collector, type CollectorPlace } from './collector.ts';
import { Outbox } from './outbox.ts';
import { Tracer } from './tracer.ts';

/** Where spans go and what is recorded, as it is configured. */
export interface TraceSettings extends CollectorPlace {
  readonly share: number;
  readonly slow: number;
  readonly hasQuery: boolean;
  /** The name of the service that the balancer is. */
  readonly service: string;
}

/** What a thread's tracer works with. */
export interface OpenTracerParts {
  readonly settings: TraceSettings;
  readonly trusts: Trust;
  readonly world: World;
  readonly wall: () => number;
  /** A name that no other balancer has; its threads share it. */
  readonly instance: string;
  readonly version: string;
  readonly exemplars: ExemplarBook;
  /** Where spans are counted. */
  readonly count: { spansSent(count: number): void; spansLost(count: number): void };
  readonly note: (message: string) => void;
}

/** A tracer, and how it ends. */
export interface OpenTracer extends Tracing {
  /** Sends what there is; resolves when that is done, or after `most` ms. */
  stop(most: number): Promise<void>;
}

/** Opens a thread's way to the collector. */
export function openTracer({ settings, trusts, world, wall, instance, version, exemplars, count, note }: OpenTracerParts): OpenTracer {
  const collector = new Collector(settings);
  const frame = frameOf(settings.service, instance, version);
  const losses = lossNotes(new URL(settings.url).host, note);
  const outbox = new Outbox({
    world,
    send: (spans, most) => collector.send(`${frame.before}${spans}${frame.behind}`, most),
    taken: (spans) => {
      count.spansSent(spans);
      if (spans > 0) losses.over();
    },
    lost: (spans, why) => {
      count.spansLost(spans);
      losses.lost(spans, why);
    },
  });
  const { share, slow, hasQuery } = settings;
  const record = (spans: string, number: number) => outbox.put(spans, number);
  const tracer = new Tracer({ share, slow, hasQuery, trusts, random: world.random, now: world.now, wall, record, exemplars });
  return {
    begin: (exchange, request) => tracer.begin(exchange, request),
    ended: (exchange, request) => tracer.ended(exchange, request),
    stop: (most) => outbox.stop(most),
  };
}

/** What stands before and behind spans in a request to export them (opentelemetry-proto, ExportTraceServiceRequest). */
function frameOf(service: string, instance: string, version: string): { readonly before: string; readonly behind: string } {
  const resource = attributesJson([
    ['service.name', service],
    ['service.version', version],
    ['service.instance.id', instance],
    ['host.name', hostname()],
    ['process.pid', process.pid],
  ]);
  const scope = `{"name":"load-balancer-explained","version":${JSON.stringify(version)}}`;
  return { before: `{"resourceSpans":[{"resource":{"attributes":${resource}},"scopeSpans":[{"scope":${scope},"spans":[`, behind: ']}]}]}' };
}

/** Says once that spans are lost, and once that they are taken again: a collector that is gone must not fill the log. */
function lossNotes(host: string, note: (message: string) => void): { lost(count: number, why: string): void; over(): void } {
  let lost = 0;
  return {
    lost(count, why) {
      if (lost === 0)
        note(`traces: spans are lost, since the collector at ${host} does not take them: ${why}; lb_spans_lost_total counts them`);
      lost += count;
    },
    over() {
      if (lost > 0) note(`traces: the collector at ${host} takes spans again; lost in the meantime: ${lost}`);
      lost = 0;
    },
  };
}
