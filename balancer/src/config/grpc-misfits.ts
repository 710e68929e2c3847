import { speaksHttp2 } from '../wire/address.ts';
import type { LabelledPool } from './pool-configs.ts';

/** Where probes are to ask by gRPC and can't, a sentence each. What of the settings can't be used itself is missing, and was told already. */
export function grpcMisfits(pools: readonly LabelledPool[]): string[] {
  const misfits = pools.flatMap(({ settings: { healthGrpc, healthPath, origins = [] }, label }) => {
    if (healthGrpc === undefined) return [];
    const others = origins.filter(({ url }) => !speaksHttp2(url)).map(({ id }) => id);
    return [
      ...(healthPath === undefined
        ? []
        : [`${label('healthGrpc')}: health-path is given as well, and probes ask one of the two; give none for the other`]),
      ...others.map(
        (id) => `${label('healthGrpc')}: gRPC needs HTTP/2, and ${id} is listed without; list it with h2c://, or over TLS with h2://`,
      ),
    ];
  });
  return [...new Set(misfits)];
}
