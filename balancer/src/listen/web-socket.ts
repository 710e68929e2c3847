import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Whether a request that asks for an upgrade asks for a WebSocket (RFC 6455 §4.1), the only upgrade there is here. */
export function asksForWebSocket(req: IncomingMessage): boolean {
  return req.method === 'GET' && req.headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Makes a response for a request that asks for a WebSocket, for which Node makes none. So it walks the same road as every
 * request, and a refusal is answered as any other; once there is a tunnel, this response stays empty and unsent.
 */
export function responseOn(req: IncomingMessage, socket: Socket, head: Buffer): ServerResponse {
  socket.unshift(head);
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  res.assignSocket(socket);
  res.once('finish', () => socket.destroySoon());
  return res;
}
