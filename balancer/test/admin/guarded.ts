import type { Server } from 'node:http';
import express from 'express';
import type { Access } from '../../src/admin/access.ts';
import { guard } from '../../src/admin/guard.ts';
import type { Later } from '../../src/admin/token.ts';
import { Listener } from '../../src/listen/listener.ts';
import { onTheWire } from '../wire.ts';

const limits = {
  maxClients: 100,
  maxClientsPerAddress: 'fair' as const,
  threads: 1,
  maxHeaderSize: 16_384,
  maxTargetLength: 8192,
  headerTimeout: 1000,
  keepAliveTimeout: 1000,
  idleTimeout: 60_000,
  maxRequests: 0,
};

/** What a test can change about a server behind the guard. */
export interface Around {
  /** The address that its clients have, where it is not loopback. */
  readonly from?: string;
  readonly note?: (message: string) => void;
  /** How wrong tokens wait; not at all where it is missing. */
  readonly later?: Later;
}

/** A server whose every path is behind the guard, as the admin side's are; it answers 200 to what the guard lets through. */
export function guarded(access: Partial<Access> = {}, { from, note = () => {}, later = atOnce }: Around = {}): Server {
  const app = express();
  app.use(guard({ access: () => ({ tokenHash: undefined, host: '127.0.0.1', ...access }), note, later }));
  app.get('/api/status', (_req, res) => void res.json('shown'));
  app.get('/metrics', (_req, res) => void res.json('shown'));
  app.use((_req, res) => void res.json('let through'));
  const { server } = new Listener(app, limits);
  if (from !== undefined) server.on('connection', (socket) => Object.defineProperty(socket, 'remoteAddress', { value: from }));
  return server;
}

const atOnce: Later = (_ms, call) => {
  call();
  return () => {};
};

/** The status that a request with exactly these fields gets; the connection ends with it. */
export async function statusOf(server: Server, line: string, ...fields: string[]): Promise<number> {
  const response = await answerTo(server, line, ...fields);
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(response)?.[1]);
}

/** The same, whole. */
export function answerTo(server: Server, line: string, ...fields: string[]): Promise<string> {
  return onTheWire(server, [line, 'Connection: close', ...fields, '', ''].join('\r\n'));
}
