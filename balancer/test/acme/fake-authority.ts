import { createPublicKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { identity } from '../tls-origin.ts';
import { madeCertificate } from './made-certificate.ts';

/** What one request asked for. */
export interface Asked {
  readonly path: string;
  /** Of which order it is. */
  readonly id: string;
  /** Of a signed message; what else it says is not looked at. */
  readonly payload: Readonly<Record<string, unknown>> | undefined;
}

/** Answers in place of the authority. */
export type Instead = (reply: ServerResponse, asked: Asked) => void;

/** An authority that believes everything, for what Pebble can't be made to do. */
export interface FakeAuthority {
  readonly directory: string;
  readonly asked: Asked[];
  /** Has requests whose path begins so answered otherwise; by nothing, as usual again. */
  instead(path: string, answer: Instead | undefined): void;
  /** How many requests there were whose path begins so. */
  count(path: string): number;
  close(): void;
}

const day = 24 * 60 * 60 * 1000;

/** The header of a P-256 key as requests for certificates have it. */
const keyHeader = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

/** What an authority does, by the first part of a path; of what it knows of the orders that were made. */
function usualAnswers(base: () => string): Readonly<Record<string, Instead>> {
  const hosts: string[] = [];
  const requests = new Map<string, Buffer>();
  const met = new Set<string>();
  const order = (id: string) => ({
    status: requests.has(id) ? 'valid' : met.has(id) ? 'ready' : 'pending',
    ...{ authorizations: [`${base()}/authz/${id}`], finalize: `${base()}/finalize/${id}`, certificate: `${base()}/cert/${id}` },
  });
  const challenge = (id: string) => (type: string) => ({ type, token: `token-${id}-${type}`, url: `${base()}/challenge/${id}/${type}` });
  return {
    dir: (reply) => {
      const places = { newNonce: `${base()}/nonce`, newAccount: `${base()}/account`, newOrder: `${base()}/new` };
      json(reply, 200, { ...places, renewalInfo: `${base()}/renewal` });
    },
    nonce: (reply) => void reply.end(),
    account: (reply) => json(reply, 201, { status: 'valid' }, `${base()}/account/1`),
    new: (reply, { payload = {} }) => {
      const [{ value = '' } = {}] = payload['identifiers'] as { value: string }[];
      const id = String(hosts.push(value) - 1);
      json(reply, 201, order(id), `${base()}/order/${id}`);
    },
    authz: (reply, { id }) => {
      json(reply, 200, { status: met.has(id) ? 'valid' : 'pending', challenges: ['http-01', 'tls-alpn-01', 'dns-01'].map(challenge(id)) });
    },
    challenge: (reply, { id }) => {
      met.add(id);
      json(reply, 200, {});
    },
    finalize: (reply, { id, payload = {} }) => {
      requests.set(id, Buffer.from(String(payload['csr']), 'base64url'));
      json(reply, 200, order(id));
    },
    order: (reply, { id }) => json(reply, 200, order(id)),
    cert: (reply, { id }) => void reply.end(certificateFor(hosts[Number(id)] ?? '', requests.get(id) ?? Buffer.alloc(0))),
    renewal: (reply) => problem(reply, 404, 'malformed', 'no such certificate'),
  };
}

function certificateFor(host: string, request: Buffer): string {
  const at = request.indexOf(keyHeader);
  const publicKey = createPublicKey({ key: request.subarray(at, at + 91), format: 'der', type: 'spki' });
  const serial = randomBytes(8).toString('hex');
  return madeCertificate({ host, notBefore: Date.now() - day, notAfter: Date.now() + 89 * day, serial, publicKey }).cert;
}

/** A signed message as it is sent (RFC 8555 §6.2). */
type Message = Readonly<Record<'protected' | 'payload', string>>;

const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());

/** Starts one; nonces must be its own, and each is good once. */
export async function startFakeAuthority(): Promise<FakeAuthority> {
  const asked: Asked[] = [];
  const overrides = new Map<string, Instead>();
  const nonces = new Set<string>();
  const server = createServer(identity, async (request, reply) => {
    const path = request.url ?? '';
    const [, what = '', id = ''] = path.split('/');
    const message = await messageOf(request);
    const nonce = randomBytes(16).toString('base64url');
    nonces.add(nonce);
    reply.setHeader('Replay-Nonce', nonce);
    const one: Asked = { path, id, payload: message?.payload ? decoded(message.payload) : undefined };
    asked.push(one);
    const other = [...overrides].find(([start]) => path.startsWith(start))?.[1];
    if (message && !isOwn(message, path)) problem(reply, 400, 'badNonce', 'not one of mine');
    else (other ?? answers[what] ?? answers['nonce'])?.(reply, one);
  });
  const isOwn = (message: Message, path: string) => {
    const { url, nonce } = decoded(message.protected);
    return url === `${base()}${path}` && nonces.delete(nonce);
  };
  const base = () => `https://localhost:${(server.address() as AddressInfo).port}`;
  const answers = usualAnswers(base);
  server.on('tlsClientError', () => {});
  await once(server.listen(0, 'localhost'), 'listening');
  return {
    directory: `${base()}/dir`,
    asked,
    instead: (path, answer) => void (answer ? overrides.set(path, answer) : overrides.delete(path)),
    count: (path) => asked.filter((one) => one.path.startsWith(path)).length,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function messageOf(request: IncomingMessage): Promise<Message | undefined> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return request.method === 'POST' ? JSON.parse(Buffer.concat(pieces).toString()) : undefined;
}

/** Answers with an object. */
export function json(reply: ServerResponse, status: number, body: object, location?: string): void {
  reply.writeHead(status, { 'Content-Type': 'application/json', ...(location === undefined ? {} : { Location: location }) });
  reply.end(JSON.stringify(body));
}

/** Answers with a problem (RFC 7807). */
export function problem(
  reply: ServerResponse,
  status: number,
  type: string,
  detail: string,
  fields: Readonly<Record<string, string>> = {},
): void {
  reply.writeHead(status, { 'Content-Type': 'application/problem+json', ...fields });
  reply.end(JSON.stringify({ type: `urn:ietf:params:acme:error:${type}`, detail, status }));
}
