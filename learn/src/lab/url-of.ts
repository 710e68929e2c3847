/** A simulated origin's URL: nobody connects to it, and a browser's own class would cost more than all else. */
export function urlOf(href: string): URL {
  return {
    href,
    origin: href.slice(0, -1),
    protocol: 'http:',
    hostname: href.slice(7, -1),
    host: href.slice(7, -1),
    port: '',
    pathname: '/',
  } as URL;
}
