/**
 * The name that a Host field asks for: in lower case, decoded, without its port and the dot that a full name may end with (RFC 9110
 * §4.2.3, RFC 3986 §3.2.2). Empty where there is no such field.
 */
export function hostIn(field: string): string {
  return unescaped(field).replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}

function unescaped(field: string): string {
  if (!field.includes('%')) return field;
  try {
    return decodeURIComponent(field);
  } catch {
    return field;
  }
}

/**
 * Whether a host is what a route asks for: a name, or with `*.` in front of it any name below that one, however far (as Kubernetes'
 * Gateway API has it).
 */
export function isHostOf(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*.')) return host === pattern;
  return host.length >= pattern.length && host.endsWith(pattern.slice(1));
}
