import type { Answered } from './answered.ts';
import { type Asked, valuesOf } from './asked.ts';

/** Something that the balancer answers itself, where Node's own server would hand the request on. */
export interface Refusal {
  readonly name: string;
  /** What its answer begins with. */
  readonly says: string;
  /** Whether a request is one of that kind. */
  readonly holds: (asked: Asked) => boolean;
  /** Why that is right. */
  readonly why: string;
}

const isHostName = (host: string) => /^(?:[\w.~!$&'()*+=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i.test(host);
const portIn = (host: string) => Number(/:(\d+)$/.exec(host)?.[1] ?? 0);

/** All that the balancer answers itself, of what Node's own server takes, each with its decision. */
export const refusals: readonly Refusal[] = [
  {
    name: 'a version besides 1.0 and 1.1',
    says: '505 HTTP Version Not Supported',
    holds: ({ version }) => version !== 'HTTP/1.0' && version !== 'HTTP/1.1',
    why: 'what another version means by its lines is not known (RFC 9110 §2.5)',
  },
  {
    name: 'another protocol',
    says: '400 Bad Request: the protocol must be HTTP',
    holds: ({ version }) => version === 'HTTP/1.0',
    why: 'RTSP and ICE are not HTTP, whatever the parser takes them for',
  },
  {
    name: 'a target that is long',
    says: '414 URI Too Long',
    holds: ({ target }) => target.length > 8192,
    why: 'a target has a limit of its own (RFC 9110 §15.5.15)',
  },
  {
    name: 'a target that is neither a path nor names the host',
    says: '400 Bad Request: the request target must be',
    holds: (asked) => {
      const { target } = asked;
      if (/[^!-~]/.test(target)) return true;
      if (target.startsWith('/')) return false;
      const [, host] = /^https?:\/\/([^/?]*)/i.exec(target) ?? [];
      return host === undefined || host.toLowerCase() !== valuesOf(asked, 'host')[0]?.toLowerCase();
    },
    why: 'a gateway and its origin must not see two hosts in one request (RFC 9112 §3.2), nor bytes that no target has (RFC 3986 §2)',
  },
  {
    name: 'OPTIONS for the server itself',
    says: '204 No Content',
    holds: ({ method, target }) => method === 'OPTIONS' && target === '*',
    why: 'it asks whoever gets it, and that is the balancer (RFC 9110 §9.3.7)',
  },
  {
    name: 'not exactly one host',
    says: '400 Bad Request: exactly one Host',
    holds: (asked) => {
      const [host, ...others] = valuesOf(asked, 'host');
      if (host === undefined) return asked.version === 'HTTP/1.1';
      return others.length > 0 || !isHostName(host) || portIn(host) > 65535 || host.startsWith('[');
    },
    why: 'two hosts could be read as one here and as the other at the origin (RFC 9112 §3.2)',
  },
  {
    name: 'too many fields',
    says: '431 Request Header Fields Too Large',
    holds: ({ fields }) => fields.length > 200 || fields.join('').length > 14_000,
    why: 'they have a limit (RFC 6585 §5)',
  },
  {
    name: 'a length that no number holds',
    says: '400 Bad Request: Content-Length is out of range',
    holds: (asked) => !Number.isSafeInteger(Number(valuesOf(asked, 'content-length')[0])),
    why: 'a length from 2^53 up would be another one behind the balancer (RFC 9110 §8.6)',
  },
  {
    name: 'a coding besides chunked',
    says: '501 Not Implemented: only chunked',
    holds: (asked) => valuesOf(asked, 'transfer-encoding').join().toLowerCase() !== 'chunked',
    why: 'who doesn’t know a coding says 501 (RFC 9112 §6.1)',
  },
  {
    name: 'an expectation besides 100-continue',
    says: '417 Expectation Failed',
    holds: (asked) => asked.version === 'HTTP/1.1' && valuesOf(asked, 'expect').join().toLowerCase() !== '100-continue',
    why: 'there is no other (RFC 9110 §10.1.1)',
  },
  {
    name: 'a tunnel',
    says: '501 Not Implemented: no tunnels here',
    holds: ({ method }) => method === 'CONNECT',
    why: 'a gateway leads to its origins and nowhere else (RFC 9110 §9.3.6)',
  },
];

/** The known kind of a request that was answered so, if it is of one. An answer to HEAD has no text to go by. */
export function knownRefusal({ status, body }: Answered, asked: Asked): Refusal | undefined {
  return refusals.find(({ says, holds }) => (body === '' ? says.startsWith(String(status)) : body.startsWith(says)) && holds(asked));
}
