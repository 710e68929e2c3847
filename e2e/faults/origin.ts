import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { LoadMeter } from '../../origin/src/load.ts';

/**
 * The origin that the fault lab breaks: `node origin.ts PORT`. It answers with its port after a delay; `PUT /_lab` sets that
 * delay in ms and the status. A body that arrived whole is printed as `got ID BYTES` before its answer is begun, and as
 * `answered ID` behind it, so that what it did outlives it. Its health path answers 200 whatever else it answers, and its load
 * is the truth.
 */
const state = { delayMs: 2, status: 200 };
const meter = new LoadMeter(() => performance.now());

const server = createServer(async (req, res) => {
  if (req.url === '/_origin/health') return void res.end('ok');
  if (req.url === '/_origin/load') return void res.end(JSON.stringify(meter.read()));
  const body = await whole(req).catch(() => undefined);
  if (body === undefined) return;
  if (req.url === '/_lab') {
    Object.assign(state, JSON.parse(body.toString()));
    return void res.end();
  }
  const end = meter.begin();
  await answer(req, res, body);
  end();
});

async function answer(req: IncomingMessage, res: ServerResponse, body: Buffer): Promise<void> {
  const id = req.headers['x-lab-id'];
  if (id) process.stdout.write(`got ${id} ${body.length}\n`);
  await delay(state.delayMs);
  res.writeHead(state.status).end(String(port));
  if (id) process.stdout.write(`answered ${id}\n`);
}

async function whole(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks);
}

server.on('upgrade', (req, socket) => {
  const accept = createHash('sha1').update(`${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.on('error', () => {});
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.resume();
});

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  // Connections that were busy become idle one by one, and nothing announces it.
  setInterval(() => server.closeIdleConnections(), 20);
});

const port = Number(process.argv[2]);
server.listen(port, '127.0.0.1', () => process.stdout.write(`listening on port ${port}\n`));
