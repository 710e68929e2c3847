/**
 * What can go wrong between the balancer and an origin, besides what the system says (ECONNREFUSED and the like):
 *
 * | code | means |
 * |---|---|
 * | LATE_CONNECTION | no connection came about in time |
 * | LATE_HANDSHAKE | the connection was there, but TLS over it not in time |
 * | LATE_SETTINGS | the connection was there, but nothing of HTTP/2 on it in time |
 * | NO_HTTP2 | HTTP/2 is not spoken there |
 * | NO_WEB_SOCKETS | HTTP/2 is spoken there, but a WebSocket can't be had by it (RFC 8441) |
 * | REFUSED | the origin said that it has not begun with the request (RFC 9113 §8.7) |
 * | RESET | the origin broke off its answer, or the request, and went on with others on that connection |
 * | LATE_ANSWER | no answer began in time |
 * | SILENT | an answer that had begun went on no more |
 * | CLOSED | the origin closed the connection before its answer was whole |
 * | INVALID | what came is no answer of HTTP |
 * | LONG_HEAD | the head of the answer is longer than is taken |
 * | CHATTY | more interim answers came than are taken |
 * | CUT | the balancer ended it itself |
 */
export type TroubleCode =
  | 'LATE_CONNECTION'
  | 'LATE_HANDSHAKE'
  | 'LATE_SETTINGS'
  | 'NO_HTTP2'
  | 'NO_WEB_SOCKETS'
  | 'REFUSED'
  | 'RESET'
  | 'LATE_ANSWER'
  | 'SILENT'
  | 'CLOSED'
  | 'INVALID'
  | 'LONG_HEAD'
  | 'CHATTY'
  | 'CUT';

/** Why there is no (whole) answer; the message says more to who reads the log. */
export class Trouble extends Error {
  readonly code: TroubleCode;

  constructor(code: TroubleCode, message = '') {
    super(message);
    this.code = code;
  }
}

/** An error for what is no answer of HTTP: what is wrong with them, in a few words. */
export function invalid(what: string): Trouble {
  return new Trouble('INVALID', what);
}
