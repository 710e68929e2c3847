import type { Route } from './route.ts';

/** A route as people tell it from others: its number and what it takes. */
export function nameOf(route: Route): string {
  return `route ${route.number} (${inShort(route)})`;
}

/** What a route takes, in short, such as `GET api.example.com/v1`. Of fields it says the names only, since their values may be secrets. */
function inShort({ match: { host = '', path = '', methods = [], headers = {} } }: Route): string {
  const names = Object.keys(headers);
  const words = [methods.join(', '), host + path, names.length > 0 ? `with ${names.join(', ')}` : ''];
  return words.filter((word) => word !== '').join(' ') || 'everything';
}
