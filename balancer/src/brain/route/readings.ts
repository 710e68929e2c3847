/** The most readings that are looked at: more than any honest path has, and few enough that finding them costs a client more than us. */
const mostReadings = 32;

/** What makes a path one that may be read in several ways; most paths have none of it. */
const odd = /[%\\;#\0\x80-\xff]|\/\/|\/\.\.?(?:\/|$)/;

/**
 * Every reading of a request target's path that an origin may take, the one as sent first. Servers disagree on what they decode, merge and
 * drop before they look a path up, and in which order; whoever guards a path must know all of them. Percent-encoding is decoded once at
 * the most. A plain path has one reading; nothing is returned for one that has more than 32, since it can only be meant to confuse. The
 * target is in origin-form (RFC 9112 §3.2.1).
 */
export function readingsOf(target: string): readonly string[] | undefined {
  const path = pathIn(target);
  if (!odd.test(path)) return [path];
  const encoded = withSteps([path], [...steps, withDotsDecoded]);
  const whole = encoded && withSteps(encoded.map(withBytesEncoded).map(decoded), steps);
  const readings = whole && new Set([...encoded, ...whole]);
  return readings && readings.size <= mostReadings ? [...readings] : undefined;
}

/** A target without its query. */
export function pathIn(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

type Step = (path: string) => string;

/** The steps that servers may take with a path, besides decoding it, in whatever order. None makes it longer. */
const steps: readonly Step[] = [cut, behindHost, withSlashesForward, withoutParameters, withSlashesMerged, withDotsResolved];

/** Some readings, and what becomes of them with any of the steps, in any order; nothing where that is too many. */
function withSteps(paths: readonly string[], steps: readonly Step[]): readonly string[] | undefined {
  const readings = new Set(paths);
  // A set that grows while it is walked is walked to its end.
  for (const reading of readings) {
    if (readings.size > mostReadings) return undefined;
    for (const step of steps) readings.add(step(reading));
  }
  return [...readings];
}

/** Ends a path where a parser of URLs sees its query or fragment begin, or C sees its end. */
function cut(path: string): string {
  const end = path.search(/[?#\0]/);
  return end < 0 ? path : path.slice(0, end);
}

/** What a parser of URLs makes of two slashes at the front: a host, and then the path (RFC 3986 §4.2, WHATWG URL). */
function behindHost(path: string): string {
  if (!/^[/\\]{2}/.test(path)) return path;
  const [, rest = ''] = /^[/\\]+[^/\\]*(.*)$/s.exec(path) ?? [];
  return rest === '' ? '/' : rest;
}

function withSlashesForward(path: string): string {
  return path.replaceAll('\\', '/');
}

/** Java's servers take what stands behind a `;` in a segment for parameters of it (RFC 3986 §3.3). */
function withoutParameters(path: string): string {
  return path.replaceAll(/;[^/\\]*/g, '');
}

function withSlashesMerged(path: string): string {
  return path.replaceAll(/\/{2,}/g, '/');
}

/** A parser of URLs knows `%2e` as a dot where it decodes nothing else (WHATWG URL, "double-dot path segment"). */
function withDotsDecoded(path: string): string {
  return path.replaceAll(/%2e/gi, '.');
}

/** Takes dot segments out (RFC 3986 §5.2.4). */
function withDotsResolved(path: string): string {
  if (!/\/\.\.?(?:\/|$)/.test(path)) return path;
  const segments: string[] = [];
  const all = path.split('/').slice(1);
  for (const segment of all) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  const last = all.at(-1);
  if (last === '.' || last === '..') segments.push('');
  return `/${segments.join('/')}`;
}

/** One character in UTF-8, percent-encoded (RFC 3629 §4). */
const ascii = '%[0-7][\\da-f]';
const tail = '%[89ab][\\da-f]';
const ofTwo = `%(?:c[2-9a-f]|d[\\da-f])${tail}`;
const ofThree = `%(?:e0%[ab]|e[1-9a-cef]%[89ab]|ed%[89])[\\da-f]${tail}`;
const ofFour = `%(?:f0%[9ab]|f[1-3]%[89ab]|f4%8)[\\da-f]${tail}${tail}`;
const encoded = new RegExp(`(?:${ascii}|${ofTwo}|${ofThree}|${ofFour})+`, 'gi');

/** Decodes percent-encoding once (RFC 3986 §2.1), as UTF-8; what is none, or no UTF-8, stays as it is. */
export function decoded(path: string): string {
  // Not left to decodeURIComponent to find out: an exception costs as much as thousands of letters, and a path may have thousands of them.
  return path.replaceAll(encoded, decodeURIComponent);
}

/** Encodes the bytes above 0x7f of a target, which Node has as letters (RFC 3986 §2.1). */
export function withBytesEncoded(path: string): string {
  return path.replaceAll(/[\x80-\xff]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
}
