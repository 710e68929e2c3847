import { ask, meantBy } from './nearest.ts';

/** The words of a place in the file, and for those that other balancers use there, what to write here. */
export interface Vocabulary {
  /** What they are: `setting`, `word`. */
  readonly what: string;
  readonly known: readonly string[];
  /** By its letters and digits alone, in lower case: `proxy_pass` is `proxypass`. */
  readonly elsewhere: Readonly<Record<string, string>>;
  /** Where all are listed. */
  readonly list: string;
}

/** What is wrong with a word that is not known at its place, and what would be right. */
export function strangerAt({ what, known, elsewhere, list }: Vocabulary, word: string): string {
  const bare = word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const isMisspelt = known.some((name) => name.replaceAll('-', '') === bare);
  if (!isMisspelt && Object.hasOwn(elsewhere, bare)) return `unknown ${what}; here that is ${elsewhere[bare]}`;
  return `unknown ${what}${ask(meantBy(word, known))}; ${list}`;
}

/** The same translation for several words. */
function each(words: string, here: string): Record<string, string> {
  return Object.fromEntries(words.split(' ').map((word) => [word, here]));
}

/** What other balancers' files have at the top. */
export const atTheTop = {
  ...each('upstream upstreams backend backends service services cluster clusters targetgroup targetgroups', 'pools'),
  ...each('server servers target targets endpoint endpoints member members', 'origins'),
  ...each('location locations rule rules router routers frontend frontends virtualhost virtualhosts ingress httproutes', 'routes'),
  ...each('algorithm strategy balance balancing lbpolicy loadbalancing loadbalancingpolicy', 'policy'),
  ...each('listen bind', 'port'),
  ...each(
    'ssl https certificate certificates sslcertificate sslcertificatekey',
    'tls, such as tls: { port: 8443, certificates: [{ cert: shop.pem, key: shop.key }] }',
  ),
};

/** What they have where a pool has its settings. */
export const inPools = {
  ...each(
    'server servers upstream upstreams backend backends target targets endpoint endpoints member members host hosts node nodes url urls',
    'origins',
  ),
  ...each('algorithm strategy balance balancing lbpolicy loadbalancing loadbalancingpolicy loadbalancer leastconn iphash', 'policy'),
  ...each('health healthcheck healthchecks healthuri activehealthcheck httpchk', 'health-path'),
  ...each('grpchealth grpchealthcheck grpcservice', 'health-grpc'),
  ...each('cookie stickiness stickysession stickysessions affinity session persistence', 'sticky, with a cookie’s name'),
  ...each('maxconn maxconns', 'max-connections'),
  ...each('timeout readtimeout proxyreadtimeout timeoutserver', 'response-timeout'),
  ...each('timeoutconnect proxyconnecttimeout dialtimeout', 'connect-timeout'),
  ...each('maxfails failcount failtimeout outlierdetection passive', 'max-ejected, besides what is always left out'),
  ...each('weight weights backup', 'a word behind the URL of an origin, such as http://a:1 weight=3 backup'),
  ...each('sendproxy sendproxyv2 proxyprotocol', 'a word behind the URL of an origin, such as http://a:1 proxy-protocol=v2'),
};

/** What they have where a route has its words. */
export const inRoutes = {
  ...each('upstream upstreams backend backends server servers service services cluster clusters target targets origin origins', 'pool'),
  ...each('pools proxypass reverseproxy usebackend defaultbackend forward backendref backendrefs', 'pool'),
  ...each('location prefix pathprefix pathprefixes uri url paths', 'path'),
  ...each('domain domains hostname hostnames servername hosts authority', 'host'),
  ...each('methods verb verbs', 'method'),
  ...each('headers headerregexp matchheaders', 'header to choose by one, set-request-headers or set-response-headers to set some'),
  ...each('rule rules match matches matchers if when', 'host, path, method and header, in the route itself'),
  ...each('weight weights weighted weightedclusters canary', 'split, such as split: { shop: 95, next: 5 }'),
  ...each('splitby hashkey stick', 'split-key, beside split'),
  ...each(
    'return staticresponse fixedresponse directresponse abort error',
    'respond, such as respond: { status: 503, text: back soon }; or redirect',
  ),
  ...each('rewrite redir redirects permanent', 'redirect, or strip-prefix'),
  ...each('stripprefix strippath prefixrewrite pathrewrite replaceprefix uristripprefix', 'strip-prefix: true'),
  ...each('ratelimit ratelimits limit limitreq throttle', 'rate-limit, such as rate-limit: 100/s'),
  ...each('whitelist allowlist ipallowlist ipwhitelist sourcerange', 'allow'),
  ...each('blacklist denylist ipdenylist block', 'deny'),
  ...each('proxysetheader requestheaders requestheader headerup addrequestheaders', 'set-request-headers'),
  ...each('addheader responseheaders responseheader headerdown addresponseheaders', 'set-response-headers'),
  ...each('proxyhideheader hideheader removeheaders', 'remove-response-headers, or remove-request-headers'),
  ...each('clientmaxbodysize maxbodysize bodylimit requestbody buffering', 'max-body'),
  ...each('retryafter text body', 'a word of respond, such as respond: { status: 503, text: back soon, retry-after: 60s }'),
};
