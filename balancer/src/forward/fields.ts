/** Fields that belong to one connection and are never forwarded (RFC 9110 §7.6.1), lower-case. */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/**
 * The fields that travel on to the other side, in order, as sent: name, value, name, value …
 * Left out are the hop-by-hop ones, those that `Connection` names, and `also` (lower-case).
 */
export function endToEnd(raw: readonly string[], connection: string | undefined, also?: string): string[] {
  const named = connection
    ?.toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const kept: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const field = raw[i] as string;
    const name = field.toLowerCase();
    if (hopByHop.has(name) || name === also || named?.includes(name)) continue;
    kept.push(field, raw[i + 1] as string);
  }
  return kept;
}
