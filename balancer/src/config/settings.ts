import type { Access } from '../admin/access.ts';
import { trustIn } from '../admit/trust.ts';
import type { Check, HealthSettings } from '../brain/health/watch.ts';
import type { PoolSettings } from '../brain/pool/offer.ts';
import type { RoomLimits } from '../brain/queue/waiting-room.ts';
import type { TransportSettings } from '../forward/transport.ts';
import type { ServerLimits } from '../listen/limits.ts';
import { checkBy, httpCheck, tcpCheck } from '../probe/check.ts';
import { grpcCheck } from '../probe/grpc-check.ts';
import type { TraceSettings } from '../trace/open-tracer.ts';
import { type HandshakeSettings, handshakeOf } from './handshake.ts';
import type { Settings } from './options.ts';

type ProbingConfig = HandshakeSettings & Pick<Settings, 'healthPath' | 'healthGrpc' | 'healthHost' | 'healthPort' | 'healthStatus'>;

/** What of the configuration each part wants to know, in its own words. */
export const settingsOf = {
  pool: ({ maxConnections, slowStart }: Settings): PoolSettings => ({ maxConnections, slowStart }),

  // Who has waited for as long as a request may take in all has nothing more to wait for.
  room: ({ maxWaiting, waitTimeout, totalTimeout, maxRunningPerAddress }: Settings): RoomLimits => ({
    ...{ maxWaiting, maxWait: Math.min(waitTimeout, totalTimeout), mostWait: totalTimeout, maxRunning: maxRunningPerAddress },
  }),

  transport: ({ connectTimeout, responseTimeout, idleTimeout, tunnelTimeout, maxAnswerHeader, ...how }: Settings): TransportSettings => ({
    timeouts: { connect: connectTimeout, response: responseTimeout, idle: idleTimeout, tunnel: tunnelTimeout },
    maxAnswerHeader,
    handshake: handshakeOf(how),
  }),

  health: ({ healthInterval, healthTimeout, healthRise, healthFall, maxEjected, ...how }: Settings): HealthSettings => ({
    check: checkOf(how),
    interval: healthInterval,
    timeout: healthTimeout,
    rise: healthRise,
    fall: healthFall,
    maxEjected,
  }),

  traces: ({ otlp, otlpSample, otlpSlow, otlpService, otlpHeader, logQuery }: Settings): TraceSettings | undefined =>
    otlp === undefined
      ? undefined
      : { url: otlp, header: otlpHeader, share: otlpSample, slow: otlpSlow, service: otlpService, hasQuery: logQuery },

  // Of its own, so that who watches and steers doesn't depend on how many clients are served, nor the other way round.
  adminListener: (config: Settings): ServerLimits => ({ ...config, maxClients: 256, threads: 1 }),

  access: ({ adminToken, adminReadToken, adminHost, adminAllow, adminReadonly, demo }: Settings): Access => ({
    ...{ isReadonly: adminReadonly, isDemo: demo },
    tokenHash: typeof adminToken === 'string' ? undefined : adminToken.sha256,
    readTokenHash: typeof adminReadToken === 'string' ? undefined : adminReadToken.sha256,
    host: adminHost,
    ...(adminAllow === 'all' ? {} : { callers: { listed: trustIn(adminAllow.blocks), gateway: adminAllow.gateway } }),
  }),
};

function checkOf({ healthPath, healthGrpc, healthHost, healthPort, healthStatus, ...how }: ProbingConfig): Check {
  const handshake = handshakeOf(how);
  if (healthGrpc !== undefined) return checkBy(grpcCheck(healthGrpc, { host: healthHost, port: healthPort, handshake }));
  if (healthPath === undefined) return checkBy(tcpCheck({ port: healthPort, handshake }));
  return checkBy(httpCheck(healthPath, { host: healthHost, port: healthPort, statuses: healthStatus, handshake }));
}
