import { quiet, type Server, type Setup, sidesOf } from './setup.ts';

/** The setup as a file for `npm run simulate -- --scenario FILE`, which comes to the same figures. */
export function scenarioFile(setup: Setup): string {
  // JSON has no Infinity: what is not there is for ever.
  const finite = (_key: string, value: unknown) => (value === Number.POSITIVE_INFINITY ? null : value);
  return `${JSON.stringify({ version: 1, seed: setup.seed, sides: sidesOf(setup) }, finite, 2)}\n`;
}

/** The first port of the origins. */
const firstPort = 8081;

/** The setup's origins, for real: `docker compose -f docker-compose.yml -f playground.yml up`. */
export function composeOverride({ servers, policy, retries, maxConnections, maxWaiting, maxWait }: Setup): string {
  const origins = servers.map(
    ({ weight }, place) => `http://origin-${place + 1}:${firstPort + place}${weight === 1 ? '' : ` weight=${weight}`}`,
  );
  const settings = {
    ...{ ORIGINS: origins.join(', '), POLICY: policy, RETRIES: retries },
    ...{ MAX_CONNECTIONS: maxConnections, MAX_WAITING: maxWaiting, MAX_WAIT: `${maxWait}s` },
  };
  return [
    '# Origins as in the playground. Beside docker-compose.yml: docker compose -f docker-compose.yml -f playground.yml up',
    'services:',
    '  balancer:',
    '    environment:',
    ...Object.entries(settings).map(([name, value]) => `      ${name}: ${JSON.stringify(String(value))}`),
    ...servers.flatMap((server, place) => originService(server, place, place >= quiet.servers.length)),
    '',
  ].join('\n');
}

function originService({ pace, workers, queue }: Server, place: number, isExtra: boolean): string[] {
  const fault = { latencyMs: Math.round(pace), jitterMs: Math.round(pace), capacity: workers, queue: queue ?? 10_000 };
  return [
    `  origin-${place + 1}:`,
    ...(isExtra ? extraOrigin(place) : []),
    '    environment:',
    `      PORT: "${firstPort + place}"`,
    `      FAULT: ${JSON.stringify(JSON.stringify(fault))}`,
  ];
}

/** What an origin needs that is not in docker-compose.yml. */
function extraOrigin(place: number): string[] {
  const port = firstPort + place;
  return ['    extends: { file: docker-compose.yml, service: origin-4 }', `    ports: !override ["127.0.0.1:${port}:${port}"]`];
}
