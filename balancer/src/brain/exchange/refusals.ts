// You are here: 19 of 23 in docs/reading.md. Next: forward/wire-transport.ts.

/**
 * What a client is told where no origin answers it: a status and its phrase, and behind a colon what is wrong, if that says more (RFC 9110
 * §15). It never says which origin it was, or how that is reached.
 */
export type Refusal = `${number} ${string}`;

/** All that a client may be told so, in the order in which its request can meet it. */
export const refusals = {
  tooManyConnections: '503 Service Unavailable: too many connections',
  tooManyOfYourAddress: '503 Service Unavailable: too many connections from your address',
  unreadable: '400 Bad Request',
  otherProtocol: '400 Bad Request: the protocol must be HTTP',
  unknownMethod: '501 Not Implemented: this method is not known here',
  tunnel: '501 Not Implemented: no tunnels here',
  lateHeader: '408 Request Timeout: the header took too long',
  longExtensions: '413 Content Too Large: chunk extensions',
  longTarget: '414 URI Too Long',
  longHeader: '431 Request Header Fields Too Large',

  version: '505 HTTP Version Not Supported',
  tooManyFields: '431 Request Header Fields Too Large: too many fields',
  host: '400 Bad Request: exactly one Host is needed, and it must be a host name with or without a port',
  length: '400 Bad Request: Content-Length is out of range',
  expectation: '417 Expectation Failed: only 100-continue can be expected',
  coding: '501 Not Implemented: only chunked transfer coding',
  target: '400 Bad Request: the request target must be a path, or name the same host as Host',
  loop: '508 Loop Detected: this request has been at this balancer before; one of its origins leads back to it',
  forbidden: '403 Forbidden: clients at your address may not come here',
  tooOften: '429 Too Many Requests: come again later',
  unclearPath: '400 Bad Request: the path can be read in several ways',
  nowhere: '404 Not Found: no route leads anywhere from here',
  tooManyWebSockets: '503 Service Unavailable: too many WebSockets',
  tooManyOfYourWebSockets: '503 Service Unavailable: too many WebSockets of this client',
  longBody: '413 Content Too Large: the request body is longer than it may be here',
  silentBody: '408 Request Timeout: the request body took too long',
  slowBody: (rate: number): Refusal => `408 Request Timeout: the request body came too slowly, at less than ${rate} bytes a second`,
  tooManyOfYourRequests: '503 Service Unavailable: too many requests of this client are under way',
  busy: '503 Service Unavailable: all origins are busy',

  noneReady: '503 Service Unavailable: no origin is ready',
  unreachable: '502 Bad Gateway: no origin could answer',
  refused: '503 Service Unavailable: the origin takes no more requests for now',
  noAnswer: '502 Bad Gateway: the origin closed the connection without an answer',
  brokenAnswer: "502 Bad Gateway: the origin's answer broke off",
  longAnswerHeader: "502 Bad Gateway: the header of the origin's answer is too long",
  unreadableAnswer: "502 Bad Gateway: the origin's answer could not be understood",
  notCarried: '502 Bad Gateway: the balancer could not carry the request there, or the answer back',
  lateAnswer: '504 Gateway Timeout: the origin took too long',
  outOfTime: '504 Gateway Timeout: no answer came in the time that one request may take',
  mistake: '500 Internal Server Error',
} as const satisfies Record<string, Refusal | ((detail: number) => Refusal)>;

/** The status that a refusal begins with. */
export function statusIn(refusal: Refusal): number {
  return Number.parseInt(refusal, 10);
}

/** What a client is told whose body fell silent, or came at less than so many bytes/s. */
export function refusalOfBody(slowerThan: number | undefined): Refusal {
  return slowerThan === undefined ? refusals.silentBody : refusals.slowBody(slowerThan);
}
