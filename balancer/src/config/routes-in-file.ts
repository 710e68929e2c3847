import { PathPrefix } from '../brain/route/path-prefix.ts';
import type { Route, RouteAction, RouteMatch } from '../brain/route/route.ts';
import { inRoutes } from './elsewhere.ts';
import { type Complain, type Entry, kindOf, type Lined } from './lined.ts';
import { rateLimit } from './rate-limit.ts';
import { answerOfRoute, poolOfRoute, redirectStatus, redirectTarget, sharesOfRoute } from './route-actions.ts';
import { hostOfRoute, methodOfRoute, pathOfRoute } from './route-conditions.ts';
import { changedTwice, matchedFields, removedFields, setFields, untouchableInAnswers, untouchableInRequests } from './route-fields.ts';
import { one, type ReadWords, some, wordsIn } from './route-readers.ts';
import { blockIn, bodySize, InvalidValue, keySource } from './values.ts';

/** A route and the line of the file where it begins. */
export interface RouteInFile {
  readonly route: Route;
  readonly line: number;
}

/** The most routes that there may be: each request is compared with one after the other, and each rate limit takes memory. */
const mostRoutes = 1024;

/** Reads the list of routes to these pools, with those that can be read. What is wrong is complained about. */
export function routesIn({ key, line, value }: Entry, pools: readonly string[], complain: Complain): RouteInFile[] {
  if (value.kind !== 'list' || value.items.length === 0) {
    const what = value.kind === 'list' ? 'an empty list' : kindOf(value);
    complain(line, `${key}: is ${what}; give a list of routes, such as - pool: ${pools[0] ?? 'shop'}`);
    return [];
  }
  if (value.items.length > mostRoutes) complain(line, `${key}: there are ${value.items.length}; give ${mostRoutes} at most`);
  const known = words(pools);
  return value.items.slice(0, mostRoutes).flatMap((item, i) => {
    const wrong = (at: number, problem: string) => complain(at, `route ${i + 1}: ${problem}`);
    const route = routeIn(item, i + 1, known, wrong);
    return route === undefined ? [] : [{ route, line: item.line }];
  });
}

const setting = 'set-…-headers: { X-Team: shop }';
const removing = 'remove-…-headers: [X-Powered-By]';

/** The words of routes to these pools, each with its reader. */
const words = (pools: readonly string[]) => ({
  host: one('host: shop.example.com', hostOfRoute),
  path: one('path: /api', pathOfRoute),
  method: some('method: [GET, HEAD]', methodOfRoute),
  header: matchedFields('header: { X-Canary: "1" }'),
  pool: one(`pool: ${pools[0] ?? 'shop'}`, poolOfRoute(pools)),
  split: sharesOfRoute(pools),
  'split-key': one('split-key: cookie:uid', keySource),
  redirect: one('redirect: https://shop.example.com/', redirectTarget),
  status: one('status: 302', redirectStatus),
  respond: answerOfRoute,
  'strip-prefix': truth,
  'set-request-headers': setFields(setting, untouchableInRequests),
  'remove-request-headers': removedFields(removing, untouchableInRequests),
  'set-response-headers': setFields(setting, untouchableInAnswers),
  'remove-response-headers': removedFields(removing, untouchableInAnswers),
  'max-body': one('max-body: 10MiB', bodySize),
  allow: some('allow: [10.0.0.0/8]', block),
  deny: some('deny: [10.0.0.0/8]', block),
  'rate-limit': one('rate-limit: 100/s burst=200 key=client', rateLimit),
});

type Known = ReturnType<typeof words>;
type Word = keyof Known;
type Said = ReadWords<Known>;

/** All words that a route may have. */
export const routeWords: readonly string[] = Object.keys(words([]));

const vocabulary = { what: 'word of a route', elsewhere: inRoutes, list: `a route has ${routeWords.join(', ')}` };

/** Told what is wrong with a route, at the line of one of its words or where it begins. */
type ComplainOf = (word: Word | undefined, problem: string) => void;

function routeIn(item: Lined, number: number, known: Known, complain: Complain): Route | undefined {
  if (item.kind !== 'map') {
    complain(item.line, `is ${kindOf(item)}; a route is a map, such as { path: /api, pool: shop }`);
    return undefined;
  }
  const said = wordsIn(known, vocabulary, item.entries, complain);
  if (said === undefined) return undefined;
  const problems: [line: number, problem: string][] = [];
  const about: ComplainOf = (word, problem) => {
    problems.push([item.entries.find(({ key }) => key === word)?.line ?? item.line, word === undefined ? problem : `${word}: ${problem}`]);
  };
  const action = actionIn(said, about);
  const route = action && routeOf(number, action, said);
  if (route !== undefined) checkTogether(route, said, about);
  for (const [line, problem] of problems) complain(line, problem);
  return problems.length === 0 ? route : undefined;
}

const actions = ['pool', 'split', 'redirect', 'respond'] as const satisfies readonly Word[];

function actionIn(said: Said, complain: ComplainOf): RouteAction | undefined {
  const { pool, split, redirect, respond, status } = said;
  const [first, second] = actions.filter((word) => said[word] !== undefined);
  if (second !== undefined) complain(second, `stands beside ${first}; a route does one thing, give one of ${actions.join(', ')}`);
  if (pool !== undefined) return { kind: 'pool', pool };
  if (split !== undefined) return { kind: 'split', shares: split, ...(said['split-key'] ? { key: said['split-key'] } : {}) };
  if (redirect !== undefined) return { kind: 'redirect', to: redirect, status: status ?? 308 };
  if (respond !== undefined) return { kind: 'respond', ...respond };
  complain(undefined, `does not say what becomes of a request; give one of ${actions.join(', ')}`);
  return undefined;
}

function routeOf(number: number, action: RouteAction, said: Said): Route {
  const { 'max-body': maxBody, allow, deny, 'rate-limit': rateLimit } = said;
  return {
    ...{ number, match: matchIn(said), action, stripPrefix: said['strip-prefix'] ?? false },
    ...(maxBody === undefined ? {} : { maxBody }),
    ...(allow === undefined ? {} : { allow }),
    ...(deny === undefined ? {} : { deny }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    requestFields: { set: said['set-request-headers'] ?? {}, remove: said['remove-request-headers'] ?? [] },
    answerFields: { set: said['set-response-headers'] ?? {}, remove: said['remove-response-headers'] ?? [] },
  };
}

function matchIn({ host, path, method: methods, header: headers }: Said): RouteMatch {
  return {
    ...(host === undefined ? {} : { host }),
    ...(path === undefined ? {} : { path }),
    ...(methods === undefined ? {} : { methods }),
    ...(headers === undefined ? {} : { headers }),
  };
}

/** Words that mean something beside others only. */
function checkTogether(route: Route, said: Said, complain: ComplainOf): void {
  const { action } = route;
  if (action.kind === 'redirect' || action.kind === 'respond') checkEnd(said, complain);
  if (said['split-key'] && action.kind !== 'split') complain('split-key', 'needs a split beside it, such as split: { shop: 95, next: 5 }');
  if (said.status && action.kind !== 'redirect')
    complain('status', 'needs a redirect beside it; what respond answers with stands in it: respond: { status: 503 }');
  if (route.stripPrefix && route.match.path === undefined) complain('strip-prefix', 'takes the path of the route off; give path beside it');
  if (leadsToItself(route))
    complain('redirect', 'leads to what this route takes, so that clients would go round in circles; give another path');
  checkFields(route, complain);
}

/** What means nothing where no origin gets the request. */
function checkEnd(said: Said, complain: ComplainOf): void {
  for (const word of ['strip-prefix', 'set-request-headers', 'remove-request-headers'] as const) {
    if (said[word]) complain(word, 'changes what origins get, and none gets a request of this route; leave it out, or give pool or split');
  }
}

function checkFields({ requestFields, answerFields }: Route, complain: ComplainOf): void {
  const inRequest = changedTwice(requestFields);
  const inAnswer = changedTwice(answerFields);
  const isSet = 'is set as well, which takes the old value off already; keep one of the two';
  if (inRequest !== undefined) complain('remove-request-headers', `${inRequest} ${isSet}`);
  if (inAnswer !== undefined) complain('remove-response-headers', `${inAnswer} ${isSet}`);
}

/** Whether a client that follows a redirect to a path of the same host meets the same redirect there. */
function leadsToItself({ action, match }: Route): boolean {
  if (action.kind !== 'redirect' || !action.to.startsWith('/')) return false;
  const [path = ''] = action.to.split(/[?#]/);
  const isAskedAgain = match.methods === undefined || action.status > 303 || match.methods.includes('GET');
  return isAskedAgain && (match.path === undefined || new PathPrefix(match.path).has(path));
}

function block(text: string) {
  const found = blockIn(text);
  if (found !== undefined) return found;
  throw new InvalidValue(`"${text}" is not an address block; give one such as 10.0.0.0/8 or ::1`);
}

function truth({ key, line, value }: Entry, complain: Complain): boolean | undefined {
  if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
  complain(
    line,
    `${key}: is ${value.kind === 'scalar' && value.value !== null ? `"${value.written}"` : kindOf(value)}; give true, which takes the path of the route off`,
  );
  return undefined;
}
