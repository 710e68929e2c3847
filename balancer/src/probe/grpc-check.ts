import { speaksHttp2 } from '../wire/address.ts';
import type { HealthCheck, ProbeTerms } from './check.ts';
import { addressOf, connected } from './probe-connection.ts';

/**
 * Well is who says SERVING by gRPC's own health protocol (grpc.health.v1): of a service, or with no name of the whole server. gRPC is spoken by
 * HTTP/2 alone.
 */
export function grpcCheck(service: string, { host, port, handshake }: Omit<ProbeTerms, 'statuses'> = {}): HealthCheck {
  return {
    check: async ({ url }, signal) => {
      if (!speaksHttp2(url)) throw new Error('gRPC needs HTTP/2, and it is not listed with h2c:// or h2://');
      const address = addressOf('/grpc.health.v1.Health/Check', url, port);
      const socket = await connected({ url: address }, handshake, signal);
      const [{ askByHttp2 }, { healthProblem, healthQuestion }] = await Promise.all([
        import('./http2-question.ts'),
        import('./grpc-health.ts'),
      ]);
      const fields = { 'user-agent': 'balancer-health-check', 'content-type': 'application/grpc', te: 'trailers' };
      const problem = healthProblem(await askByHttp2(socket, address, { method: 'POST', host, fields, body: healthQuestion(service) }));
      if (problem !== undefined) throw new Error(problem);
    },
  };
}
