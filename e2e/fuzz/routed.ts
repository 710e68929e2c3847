import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Two pools over the same origins, and routes that have something of everything. All requests come to an origin, but for those that a guard takes. */
function fileOf(origins: readonly string[]): string {
  return `pools:
  one: { origins: [${origins.join(', ')}], policy: least-requests }
  two: { origins: [${origins.toReversed().join(', ')}], policy: rendezvous-hash, hash-key: path, sticky: lb }
routes:
  - { method: [POST, PUT], pool: one, max-body: 96KiB, set-request-headers: { X-Team: one }, remove-request-headers: [Cookie] }
  - { path: /never, respond: { status: 503, text: never, retry-after: 1s } }
  - { host: "*.a.test", redirect: "https://elsewhere.test/", status: 302 }
  - { header: { X-LB-Explain: "1" }, pool: two, allow: [127.0.0.0/8, "::1"] }
  - { split: { one: 1, two: 1 }, split-key: path, rate-limit: 100000/s burst=1000000 key=client, set-response-headers: { X-Routed: "yes" }, remove-response-headers: [Server] }
`;
}

/** Puts routes over origins in a file; its flag, and what takes the file away. */
export function routed(origins: readonly string[]): { readonly flags: readonly string[]; readonly end: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const file = join(folder, 'balancer.yml');
  writeFileSync(file, fileOf(origins));
  return { flags: [`--config=${file}`], end: () => rmSync(folder, { recursive: true }) };
}

/** All requests to one pool. */
export function unrouted(origins: readonly string[]): ReturnType<typeof routed> {
  return { flags: [`--origins=${origins.join()}`], end: () => {} };
}
