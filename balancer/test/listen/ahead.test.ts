import { once } from 'node:events';
import { IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { seeded } from '../../src/brain/seeded.ts';
import { gathering } from '../../src/listen/gathering.ts';
import { Listener } from '../../src/listen/listener.ts';
import { until } from '../until.ts';
import { Client, statusesIn } from '../wire/hostile.ts';

const limits = {
  ...{ maxClients: 5000, maxClientsPerAddress: 'fair' as const, threads: 1, maxHeaderSize: 16_384, maxTargetLength: 8192 },
  ...{ headerTimeout: 10_000, keepAliveTimeout: 60_000, idleTimeout: 60_000, maxRequests: 0 },
};

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A listener, the sockets that it has, and how many requests it has parsed. */
async function listening(handler: RequestListener, changed: Partial<typeof limits> = {}) {
  const sockets: Socket[] = [];
  let parsed = 0;
  class Counted extends gathering(IncomingMessage) {
    constructor(socket: Socket) {
      super(socket);
      parsed += 1;
    }
  }
  const listener = new Listener(handler, { ...limits, ...changed }, { IncomingMessage: Counted });
  listener.server.on('connection', (socket: Socket) => sockets.push(socket));
  const port = await listener.listen(0, '127.0.0.1');
  ends.push(async () => {
    listener.cut();
    await listener.stop();
  });
  return {
    port,
    sockets,
    stop: () => listener.stop(),
    parsed: () => parsed,
    read: () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
  };
}

async function client(port: number): Promise<Client> {
  const connected = await Client.to(port);
  ends.push(() => connected.leave());
  return connected;
}

/** A handler that holds every answer back until it is told to give it. */
function holding() {
  const held: ServerResponse[] = [];
  let isHolding = true;
  const handler: RequestListener = (req, res) => {
    if (isHolding) held.push(res);
    else res.end(req.url);
  };
  return {
    held,
    handler,
    letGo: () => {
      isHolding = false;
      for (const res of held.splice(0)) res.end(res.req.url);
    },
  };
}

const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const last = (path: string) => get(path, 'Connection: close\r\n');

describe('10,000 requests in one write', () => {
  test('are all answered, in their order', async () => {
    const { port } = await listening((req, res) => res.end(`[${req.url}]`));
    const paths = Array.from({ length: 10_000 }, (_, i) => `/${i}`);
    const one = (await client(port)).send(paths.map((path, i) => (i < 9999 ? get(path) : last(path))).join(''));
    const answers = (await one.end()).match(/\[[^\]]*\]/g);
    expect(answers).toEqual(paths.map((path) => `[${path}]`));
  });

  test('are not all parsed before they are answered, nor all read', async () => {
    const { handler, letGo } = holding();
    const { port, parsed, read } = await listening(handler);
    const bytes = get(`/${'x'.repeat(400)}`).repeat(9999) + last('/last');
    const one = (await client(port)).send(bytes);
    await until(() => parsed() > 1, parsed);
    // Another client comes and goes: what could be read by now is.
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(parsed()).toBeLessThan(200);
    expect(read()).toBeLessThan(256 * 1024);
    letGo();
    expect(statusesIn(await one.end())).toHaveLength(10_000);
    expect(parsed()).toBe(10_000);
    expect(read()).toBe(bytes.length);
  });

  test('hold up nobody else', async () => {
    let greedy = 0;
    const { port } = await listening((req, res) => {
      if (req.url === '/greedy') greedy += 1;
      res.end('answer');
    });
    const all = await Promise.all(Array.from({ length: 3 }, () => client(port)));
    for (const each of all) each.send(get('/greedy').repeat(9999) + last('/greedy'));
    await until(
      () => greedy > 100,
      () => greedy,
    );
    const modest = await client(port);
    const before = greedy;
    await modest.send(get('/modest')).until(/answer/);
    expect(greedy - before).toBeLessThan(1000);
    for (const each of all) expect(statusesIn(await each.end())).toHaveLength(10_000);
  });

  test('or fewer, of two dozen clients at once, take no more than their share of memory, and nobody is cut off', async () => {
    const { handler, letGo } = holding();
    const { port, parsed, sockets } = await listening(handler);
    const all = await Promise.all(Array.from({ length: 24 }, () => client(port)));
    await until(
      () => sockets.length === 24,
      () => sockets.length,
    );
    for (const each of all) each.send(get('/greedy').repeat(2499) + last('/greedy'));
    const isRead = () => sockets.every(({ bytesRead }) => bytesRead > 0);
    await until(isRead, () => sockets.map(({ bytesRead }) => bytesRead));
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(parsed()).toBeLessThan(11_000);
    letGo();
    for (const each of all) expect(statusesIn(await each.end())).toHaveLength(2500);
  });
});

describe('the body of a request behind another', () => {
  test('is read no further than a read ahead while that runs, and whole then', async () => {
    const bodies: string[] = [];
    const held: ServerResponse[] = [];
    const { port, read } = await listening(async (req, res) => {
      if (req.method === 'GET') held.push(res);
      else {
        bodies.push(await text(req));
        res.end('taken');
      }
    });
    const length = 8 * 1024 * 1024;
    const one = await client(port);
    one.send(`${get('/slow')}PUT /body HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n${'x'.repeat(length)}`);
    await until(
      () => held.length === 1 && read() >= 64 * 1024,
      () => [held.length, read()],
    );
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(read()).toBeLessThan(256 * 1024);
    expect(bodies).toEqual([]);
    held[0]?.end('slow');
    await one.until(/slow[\s\S]*taken/);
    expect(bodies).toEqual(['x'.repeat(length)]);
  });
});

describe('where very many clients send ahead', () => {
  const bytes = `${get('/first')}PUT /body HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(100_000)}`;

  /** Another client that sends more than is read at once, behind a request that isn't answered; resolves when it is read from, or cut off. */
  async function another(port: number, sockets: readonly Socket[]): Promise<{ isOpen: boolean }> {
    const state = { isOpen: true };
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.on('close', () => {
      state.isOpen = false;
    });
    socket.write(bytes);
    ends.push(() => socket.destroy());
    const before = sockets.length;
    const begun = () => sockets.length > before && sockets.every(({ bytesRead }) => bytesRead > 0);
    while (!begun()) await new Promise(setImmediate);
    return state;
  }

  test('what is ahead is held as bytes and read no further, and nobody is cut off', async () => {
    const { handler } = holding();
    const { port, sockets, parsed } = await listening(handler);
    const all: { isOpen: boolean }[] = [];
    while (all.length < 700) all.push(await another(port, sockets));
    expect(all.filter(({ isOpen }) => isOpen)).toHaveLength(700);
    // Those that came first were parsed up to the body, and read a little further; of the others, only the first request was.
    expect(parsed()).toBeLessThan(2 * 700 - 200);
    expect(sockets.filter(({ bytesRead }) => bytesRead <= 64 * 1024).length).toBeGreaterThan(200);
  });

  test('who has most ahead is cut off where even that is too much', async () => {
    const { handler } = holding();
    const { port, sockets } = await listening(handler);
    const all: { isOpen: boolean }[] = [];
    while (all.every(({ isOpen }) => isOpen)) all.push(await another(port, sockets));
    expect(all.length).toBeGreaterThan(700);
    expect(all.filter(({ isOpen }) => isOpen).length).toBeGreaterThan(700);
  });
});

/** What could be taken for the end or the beginning of a message, where it is a body's. */
const fragments = ['\r\n\r\n', '\r\n', '0\r\n\r\n', 'GET /evil HTTP/1.1\r\nHost: a\r\n\r\n', 'x', '\n\n', 'y'.repeat(300)];

/** Makes requests of all kinds, and cuts bytes in pieces, by chance. */
class Mixture {
  readonly #random = seeded(11);

  below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  /** A request, and how the server of the test describes it. */
  request(path: string, fields: string): [bytes: string, described: string] {
    const [method = '', body] = [['GET', 'POST', 'PUT'][this.below(3)], this.#body()];
    if (method === 'GET') return [get(path, fields), `[GET ${path} ]`];
    const framing = method === 'PUT' ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
    const head = `${method} ${path} HTTP/1.1\r\nHost: a\r\n${fields}${framing}\r\n\r\n`;
    return [head + (method === 'PUT' ? this.#chunked(body) : body), `[${method} ${path} ${Buffer.from(body).toString('hex')}]`];
  }

  pieces(bytes: string): string[] {
    const pieces: string[] = [];
    for (let rest = bytes; rest !== ''; rest = rest.slice(pieces.at(-1)?.length)) {
      pieces.push(rest.slice(0, 1 + this.below(this.below(2) === 0 ? 10 : 2000)));
    }
    return pieces;
  }

  #body(): string {
    return Array.from({ length: this.below(6) }, () => fragments[this.below(fragments.length)]).join('');
  }

  #chunked(body: string): string {
    const chunks = this.pieces(body).map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
    return `${chunks.join('')}0\r\n${this.below(3) === 0 ? 'X-Trailer: a\r\n' : ''}\r\n`;
  }
}

test('any mixture of messages, in any pieces, is read as what it is behind others', async () => {
  const { port } = await listening(async (req, res) => {
    const body = await text(req);
    await new Promise(setImmediate);
    res.end(`[${req.method} ${req.url} ${Buffer.from(body).toString('hex')}]`);
  });
  const mixture = new Mixture();
  for (let round = 0; round < 60; round++) {
    const requests = Array.from({ length: 12 }, (_, i) => mixture.request(`/${i}`, i === 11 ? 'Connection: close\r\n' : ''));
    const one = await client(port);
    for (const piece of mixture.pieces(requests.map(([bytes]) => bytes).join(''))) {
      one.send(piece);
      if (mixture.below(2) === 0) await new Promise(setImmediate);
    }
    expect((await one.end()).match(/\[[^\]]*\]/g)).toEqual(requests.map(([, described]) => described));
  }
});

describe('a client that has sent ahead', () => {
  test('and closes its half gets all its answers, and its connection is closed then', async () => {
    const { port } = await listening((req, res) => void setImmediate(() => res.end(`[${req.url}]`)));
    const one = (await client(port)).send(Array.from({ length: 500 }, (_, i) => get(`/${i}`)).join('')).finish();
    expect((await one.end()).match(/\[\/\d+\]/g)).toEqual(Array.from({ length: 500 }, (_, i) => `[/${i}]`));
  });

  test('and closes its half while the rest is held gets all its answers too', async () => {
    const { held, handler, letGo } = holding();
    const { port, sockets } = await listening(handler);
    const one = (await client(port)).send(get('/1') + get('/2'));
    await until(
      () => held.length === 1,
      () => held.length,
    );
    one.send(get('/3') + get('/4')).finish();
    const hasEnded = () => sockets.every(({ readableEnded }) => readableEnded);
    await until(hasEnded, hasEnded);
    letGo();
    expect((await one.end()).match(/\/\d(?=HTTP|$)/g)).toEqual(['/1', '/2', '/3', '/4']);
  });

  test('gets all its answers when a stop begins in the middle of them, and is told with the last that it is that', async () => {
    const { held, handler, letGo } = holding();
    const { port, stop, read } = await listening(handler);
    const one = (await client(port)).send(get('/1') + get('/2'));
    const running = (url: string) =>
      until(
        () => held.some(({ req }) => req.url === url),
        () => held.map(({ req }) => req.url),
      );
    await running('/1');
    one.send(get('/3') + get('/4'));
    await until(() => read() === 4 * get('/1').length, read);
    held.shift()?.end('/1');
    await running('/2');
    const stopped = stop();
    letGo();
    const answers = await one.end();
    await stopped;
    expect(answers.match(/Connection: [\w-]+|\/\d(?=HTTP|$)/g)).toEqual([
      ...['Connection: keep-alive', '/1', 'Connection: keep-alive', '/2'],
      ...['Connection: keep-alive', '/3', 'Connection: close', '/4'],
    ]);
  });

  test('and closes its half in the middle of a request gets those before it, and a 400', async () => {
    const { port } = await listening((req, res) => void setImmediate(() => res.end(`[${req.url}]`)));
    const one = (await client(port)).send(`${get('/1')}${get('/2')}GET /3 HT`).finish();
    expect(statusesIn(await one.end())).toEqual([200, 200, 400]);
  });

  test('and has left is given up, with all that it sent', async () => {
    const { held, handler } = holding();
    const { port } = await listening(handler);
    const one = (await client(port)).send(get('/1') + get('/2').repeat(5));
    await until(
      () => held.length === 1,
      () => held.length,
    );
    one.send(get('/3'));
    one.leave();
    const [first] = held as [ServerResponse];
    if (!first.closed) await once(first, 'close');
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(held).toHaveLength(1);
  });

  test('can open a WebSocket later, and loses nothing of what it sends behind that', async () => {
    let got = '';
    const { port } = await listening((req, res) => {
      if ((req as IncomingMessage & { upgrade?: boolean }).upgrade !== true) {
        res.end(req.url);
        return;
      }
      req.socket.on('data', (piece: Buffer) => {
        got += piece.toString('latin1');
      });
      req.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    const one = (await client(port)).send(get('/1') + get('/2'));
    await one.until(/\/1[\s\S]*\/2/);
    one.send(`${get('/3', 'Connection: Upgrade\r\nUpgrade: websocket\r\n')}a frame\r\n\r\nand another`);
    await one.until(/101 Switching/);
    await until(
      () => got === 'a frame\r\n\r\nand another',
      () => got,
    );
  });

  test('is not late with the rest of a header that nobody read on for, but is afterwards', async () => {
    const { held, handler, letGo } = holding();
    const { port } = await listening(handler, { headerTimeout: 200 });
    const sent = async () => (await client(port)).send(`${get('/1')}${get('/2')}GET /3 HTTP/1.1\r\nHo`);
    const [goesOn, stops] = await Promise.all([sent(), sent()]);
    await until(
      () => held.length === 2,
      () => held.length,
    );
    // Node looks every 200 ms who is late.
    await pause(1000);
    letGo();
    await goesOn.until(/\/2$/);
    expect(await goesOn.send('st: a\r\n\r\n').until(/\/3$/)).not.toContain('408');
    expect(statusesIn(await stops.end())).toEqual([200, 200, 408]);
  });
});
