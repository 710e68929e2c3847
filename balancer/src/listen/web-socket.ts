import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Whether a request asks for a WebSocket (RFC 6455 §4.1), the only upgrade there is here. One that declares a body does not: while
 * that hasn't come, Node would hand over something that is no socket, and a client has no reason to. HTTP/1.0 knows no upgrade (RFC 9110
 * §7.8).
 */
export function asksForWebSocket({ method, headers, httpVersion }: IncomingMessage): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
  return httpVersion === '1.1' && method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && !hasBody;
}

/**
 * Makes a response for a request that asks for a WebSocket, for which Node makes none. So it walks the same road as every
 * request, and a refusal is answered as any other; once there is a tunnel, this response stays empty and unsent.
 */
export function responseOn(req: IncomingMessage, socket: Socket, head: Buffer, Response: typeof ServerResponse): ServerResponse {
  socket.unshift(head);
  const res = new Response(req);
  res.shouldKeepAlive = false;
  res.assignSocket(socket);
  res.once('finish', () => socket.destroySoon());
  // What Node does for the responses that it makes: whoever writes a long answer waits for that.
  socket.on('drain', () => res.emit('drain'));
  return res;
}
