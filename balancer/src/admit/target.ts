import type { RoadRequest } from '../listen/request.ts';

/** What a request asks for, in the form that an origin is asked (RFC 9112 §3.2); or why it can't be asked. */
export type Target = { readonly path: string } | { readonly status: 204 | 400 };

const absoluteForm = /^https?:\/\/([^/?#]*)(.*)$/i;

/**
 * Reads the request target. An absolute one is cut down to its path, byte for byte, and must name the host that `Host`
 * names; so no target can choose where a request goes. `*` (OPTIONS) asks the balancer itself and is a 204.
 */
export function targetOf({ target, method, headers }: RoadRequest): Target {
  if (target.startsWith('/')) return { path: target };
  if (target === '*' && method === 'OPTIONS') return { status: 204 };
  const [, authority, path = ''] = absoluteForm.exec(target) ?? [];
  if (authority === undefined || authority.toLowerCase() !== headers.host?.toLowerCase()) return { status: 400 };
  return { path: path.startsWith('/') ? path : `/${path}` };
}
