import type { Server } from 'node:http';
import express from 'express';
import { type GuardParts, guard } from '../../src/admin/guard.ts';
import { Listener } from '../../src/listen/listener.ts';
import { onTheWire } from '../wire.ts';

const limits = {
  maxClients: 100,
  maxHeaderSize: 16_384,
  maxTargetLength: 8192,
  headerTimeout: 1000,
  keepAliveTimeout: 1000,
  maxRequests: 0,
};

/** A server whose every path is behind the guard, as the admin side's are; it answers 200 to what the guard lets through. */
export function guarded(parts: Partial<GuardParts> = {}): Server {
  const app = express();
  app.use(guard({ tokenHash: undefined, host: '127.0.0.1', ...parts }));
  app.get('/api/status', (_req, res) => void res.json('shown'));
  app.get('/metrics', (_req, res) => void res.json('shown'));
  app.use((_req, res) => void res.json('let through'));
  return new Listener(app, limits).server;
}

/** The status that a request with exactly these fields gets; the connection ends with it. */
export async function statusOf(server: Server, line: string, ...fields: string[]): Promise<number> {
  const response = await answerTo(server, line, ...fields);
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(response)?.[1]);
}

/** The same, whole. */
export function answerTo(server: Server, line: string, ...fields: string[]): Promise<string> {
  return onTheWire(server, [line, 'Connection: close', ...fields, '', ''].join('\r\n'));
}
