import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { Trust } from './trust.ts';

/** Who a request comes from, and what the origin is told of that. */
export interface Identity {
  readonly id: string;
  readonly client: string;
  /** Whether the client came over TLS: only a trusted proxy can say so. */
  readonly secure: boolean;
  /** Name, value, name, value … */
  readonly added: readonly string[];
}

/**
 * Works out a request's identity. Forwarding fields of a trusted peer are kept and added to; anybody else's are dropped,
 * since a client could claim to be anyone (RFC 7239 §8.1). `newId` mints a request id.
 */
export function identify(req: IncomingMessage, trusts: Trust, newId: () => string): Identity {
  const host = req.headers.host ?? '';
  const peer = peerOf(req.socket, host, trusts);
  if (peer.trusted) return identityBehind(peer, req, host, trusts, newId);
  const id = newId();
  return { id, client: peer.address, secure: false, added: [...peer.fields, 'Via', `${req.httpVersion} balancer`, 'X-Request-Id', id] };
}

/** What is known of a connection's other end, and says the same of all requests to one host. */
interface Peer {
  readonly address: string;
  readonly trusted: boolean;
  readonly host: string;
  readonly forwarded: string;
  /** The forwarding fields of a request that went through no proxy. */
  readonly fields: readonly string[];
}

const peers = new WeakMap<Socket, Peer>();

function peerOf(socket: Socket, host: string, trusts: Trust): Peer {
  const known = peers.get(socket);
  if (known?.host === host) return known;
  const address = addressOf(socket);
  const forwarded = `for=${node(address)};host="${host}";proto=http`;
  const fields = fieldsSaying(address, 'http', host, String(socket.localPort), forwarded);
  const peer = { address, trusted: trusts(address), host, forwarded, fields };
  peers.set(socket, peer);
  return peer;
}

/** The identity that a trusted proxy tells of, with itself added. */
function identityBehind(peer: Peer, req: IncomingMessage, host: string, trusts: Trust, newId: () => string): Identity {
  const given = req.headers;
  const id = usableId(given['x-request-id']) ?? newId();
  const chain = listed(given['x-forwarded-for']);
  const proto = listed(given['x-forwarded-proto']) ?? 'http';
  const fields = fieldsSaying(
    appended(chain, peer.address),
    proto,
    listed(given['x-forwarded-host']) ?? host,
    listed(given['x-forwarded-port']) ?? String(req.socket.localPort),
    appended(given.forwarded, peer.forwarded),
  );
  const client = chain ? clientIn(chain, peer.address, trusts) : peer.address;
  return { id, client, secure: proto === 'https', added: [...fields, 'Via', `${req.httpVersion} balancer`, 'X-Request-Id', id] };
}

function fieldsSaying(chain: string, proto: string, host: string, port: string, forwarded: string): string[] {
  return [
    ...['X-Forwarded-For', chain, 'X-Forwarded-Proto', proto],
    ...['X-Forwarded-Host', host, 'X-Forwarded-Port', port, 'Forwarded', forwarded],
  ];
}

/** The names that `identify` decides about, lower-case: a client's own fields of these names never travel on. */
export const identityFields: ReadonlySet<string> = new Set([
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'forwarded',
  'x-request-id',
]);

/** The peer's address; an IPv4 peer of a dual-stack socket by its IPv4 address (RFC 4291 §2.5.5.2). */
function addressOf(socket: Socket): string {
  const address = socket.remoteAddress ?? '';
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

/** The value of a field that Node may have as a list. */
function listed(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

function appended(list: string | undefined, last: string): string {
  return list ? `${list}, ${last}` : last;
}

/** A node name of RFC 7239 §6: an IPv6 address goes into brackets and quotes. */
function node(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address || 'unknown';
}

/** A request id that is safe to log and to hand on: one word of at most 128 visible characters. */
function usableId(given: string | string[] | undefined): string | undefined {
  return typeof given === 'string' && /^[!-~]{1,128}$/.test(given) ? given : undefined;
}

/** The last address of the chain that is not a trusted proxy's own; the peer where that is not an address. */
function clientIn(chain: string, peer: string, trusts: Trust): string {
  const addresses = chain.split(',').map((entry) => entry.trim());
  const client = addresses.findLast((address) => !trusts(address)) ?? addresses[0] ?? peer;
  return isIP(client) ? client : peer;
}
