import type { ClientConnection, RoadRequest } from '../listen/request.ts';
import { nodeName, plainAddress } from './address.ts';
import type { ForwardedElement } from './forwarded.ts';
import type { Trust } from './trust.ts';
import { type Asked, clientIn, elementsSaying, wayIn } from './way.ts';

/** Who a request comes from, and what the origin is told of that. */
export interface Identity {
  readonly id: string;
  readonly client: string;
  /** Whether the client came over TLS; behind a trusted proxy, as that says. */
  readonly secure: boolean;
  /** Name, value, name, value … */
  readonly added: readonly string[];
}

/** By what requests are identified. */
export interface IdentityRules {
  /** Whether a peer is believed when it speaks of others. */
  readonly trusts: Trust;
  /** The fields that trusted peers set themselves, in lower case: any other may be one of their clients', and is not believed. */
  readonly fields: ReadonlySet<string>;
  /** Whether origins are told by `Via` that the balancer stands in between. */
  readonly via: boolean;
  /** A name that no other balancer has: a request that bears it has been here before. */
  readonly instance: string;
  /** Told the name of a field that a trusted peer sent and that is not believed, where it looks like an oversight. */
  readonly unbelieved?: (name: string) => void;
}

/** Fields that proxies often set, and that origins then miss. */
const oftenSet = ['X-Forwarded-Proto', 'X-Forwarded-Host'];

/** The field that lists the balancers that a request went through, by their instances. */
export const hopField = 'X-LB-Hop';

/** Works out a request's identity, by what its peer is believed. `newId` mints a request id. */
export function identify(req: RoadRequest, rules: IdentityRules, newId: () => string): Identity {
  const host = req.headers.host ?? '';
  const peer = peerOf(req.peer, host, rules);
  if (peer.trusted) return identityBehind(peer, req, rules, newId);
  const id = newId();
  return {
    id,
    client: peer.address,
    secure: peer.proto === 'https',
    added: [...peer.fields, ...hopFields(req, rules), 'X-Request-Id', id],
  };
}

/** Whether a request has been at this balancer before: some origin leads back to it. */
export function isBack(req: RoadRequest, { instance }: IdentityRules): boolean {
  const hops = req.headers['x-lb-hop'];
  return hops !== undefined && listed(hops)?.split(', ').includes(instance) === true;
}

/** What is known of a connection's other end, and says the same of all requests to one host. */
interface Peer {
  readonly address: string;
  readonly trusted: boolean;
  readonly proto: 'http' | 'https';
  readonly host: string;
  readonly forwarded: string;
  /** The forwarding fields of a request that went through no proxy. */
  readonly fields: readonly string[];
}

const peers = new WeakMap<ClientConnection, Peer>();

function peerOf(socket: ClientConnection, host: string, { trusts }: IdentityRules): Peer {
  const known = peers.get(socket);
  if (known?.host === host) return known;
  const address = plainAddress(socket.remoteAddress ?? '');
  const proto = socket.encrypted ? 'https' : 'http';
  const forwarded = `for=${nodeName(address)};host="${host}";proto=${proto}`;
  const fields = fieldsSaying(address, proto, host, String(socket.localPort), forwarded);
  const peer: Peer = { address, trusted: trusts(address), proto, host, forwarded, fields };
  peers.set(socket, peer);
  return peer;
}

/** The identity that a trusted proxy tells of, with itself added. */
function identityBehind(peer: Peer, req: RoadRequest, rules: IdentityRules, newId: () => string): Identity {
  noteOversights(req, rules);
  const believed = (name: string) => (rules.fields.has(name) ? listed(req.headers[name]) : undefined);
  const way = wayIn(believed('x-forwarded-for'), believed('forwarded'));
  const at = clientIn(way.hops, rules.trusts);
  const asked = howAsked(believed, way.elements?.[at]);
  const proto = asked.proto ?? peer.proto;
  const id = usableId(believed('x-request-id')) ?? newId();
  const fields = fieldsSaying(
    appended(way.chain, peer.address),
    proto,
    asked.host ?? peer.host,
    believed('x-forwarded-port') ?? String(req.peer.localPort),
    appended(way.forwarded ?? elementsSaying(way.hops, at, asked), peer.forwarded),
  );
  for (const name of rules.fields) if (!own.has(name)) fields.push(...fieldIfThere(name, believed(name)));
  return {
    ...{ id, client: way.hops[at] ?? peer.address, secure: proto === 'https' },
    added: [...fields, ...hopFields(req, rules), 'X-Request-Id', id],
  };
}

/** How the client asked: as fields of their own say it, else as the element about the client does. */
function howAsked(believed: (name: string) => string | undefined, element: ForwardedElement | undefined): Asked {
  return {
    proto: believed('x-forwarded-proto') ?? element?.get('proto')?.toLowerCase(),
    host: believed('x-forwarded-host') ?? element?.get('host'),
  };
}

function noteOversights({ headers }: RoadRequest, { fields, unbelieved }: IdentityRules): void {
  for (const name of oftenSet) {
    const field = name.toLowerCase();
    if (headers[field] !== undefined && !fields.has(field)) unbelieved?.(name);
  }
}

function fieldsSaying(chain: string, proto: string, host: string, port: string, forwarded: string): string[] {
  return [
    ...['X-Forwarded-For', chain, 'X-Forwarded-Proto', proto],
    ...['X-Forwarded-Host', host, 'X-Forwarded-Port', port, 'Forwarded', forwarded],
  ];
}

/** The fields that are always said anew; what else a trusted proxy is believed is handed on as it is. */
const own: ReadonlySet<string> = new Set([
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'forwarded',
  'x-request-id',
]);

function hopFields({ httpVersion }: RoadRequest, { via, instance }: IdentityRules): string[] {
  return via ? [hopField, instance, 'Via', `${httpVersion} balancer`] : [hopField, instance];
}

function fieldIfThere(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}

/** The value of a field that Node may have as a list. */
function listed(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

function appended(list: string | undefined, last: string): string {
  return list ? `${list}, ${last}` : last;
}

/** A request id that is safe to log and to hand on: one word of at most 128 visible characters. */
function usableId(given: string | undefined): string | undefined {
  return given !== undefined && /^[!-~]{1,128}$/.test(given) ? given : undefined;
}
