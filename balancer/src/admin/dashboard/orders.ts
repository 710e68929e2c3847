import type { Order } from './curl.ts';
import { bearer } from './token.ts';

/** Has the balancer do something. Resolves with what it says; rejects with its reason in words where it doesn't. */
export async function order({ method, path, body }: Order): Promise<unknown> {
  const response = await fetch(path, {
    method,
    headers: { ...bearer(), ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch(() => {
    throw new Error('the balancer does not answer');
  });
  const said: unknown = await response.json().catch(() => ({}));
  if (response.ok) return said;
  throw new Error(reasonIn(said) ?? `the balancer answers ${response.status}`);
}

function reasonIn(said: unknown): string | undefined {
  const { error, problems } = (said ?? {}) as { error?: unknown; problems?: unknown };
  if (typeof error !== 'string') return undefined;
  return Array.isArray(problems) && problems.length > 0 ? `${error}: ${problems.join('; ')}` : error;
}
