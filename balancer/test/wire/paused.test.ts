import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Connection } from '../../src/wire/connection.ts';
import { Connections } from '../../src/wire/connections.ts';
import { Deadlines } from '../../src/wire/deadlines.ts';
import type { Outgoing, Taker } from '../../src/wire/outgoing.ts';
import { until } from '../until.ts';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

/** Connections to a server that is handed each connection as it is, by a clock that can be set forward. */
async function over(take: (socket: Socket) => void) {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    ends.push(() => socket.destroy());
    take(socket.on('error', () => {}));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  let ahead = 0;
  const now = () => performance.now() + ahead;
  const deadlines = new Deadlines(now);
  const limits = () => ({ connect: 60_000, response: 60_000, idle: 60_000, longestHead: 4096 });
  const connections = new Connections(new URL(`http://127.0.0.1:${(server.address() as { port: number }).port}`), {
    ...{ deadlines, now, limits },
  });
  ends.push(
    () => server.close(),
    () => connections.cut(),
  );
  return {
    connections,
    /** An hour goes by; resolves once everybody has been told whose time is over. */
    async letAnHourPass(): Promise<void> {
      ahead += 3_600_000;
      const looked = Promise.withResolvers<void>();
      const last = { expiresAt: 0, expire: () => looked.resolve() };
      deadlines.add(last);
      deadlines.moved(0);
      await looked.promise;
      deadlines.delete(last);
    },
  };
}

/** Takes an answer, and stops reading at its head and at its interim answers. */
class Pausing implements Taker {
  connection: Connection | undefined;
  isPaused = false;
  status: number | undefined;
  bytes = 0;
  failure: Error | undefined;
  isDone = false;

  carried(by: Connection): void {
    this.connection = by;
  }
  leaves(): void {}
  interim(): void {
    this.#pause();
  }
  head({ status }: { readonly status: number }): void {
    this.status = status;
    this.#pause();
  }
  data(piece: Buffer): void {
    this.bytes += piece.length;
  }
  end(): void {}
  upgraded(): void {}
  done(): void {
    this.isDone = true;
  }
  failed(error: Error): void {
    this.failure = error;
  }

  readOn(): void {
    this.isPaused = false;
    this.connection?.resume(this);
  }

  #pause(): void {
    this.isPaused = true;
    this.connection?.pause(this);
  }
}

const upload = (body: PassThrough): Outgoing => ({
  ...{ method: 'POST', upgrades: false, isRepeatable: false, logsIn: false, isLast: false },
  ...{ head: 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n', body, inChunks: true, client: new Socket() },
  trailers: () => '',
});

describe('while nobody reads an answer, its origin is not late', () => {
  test('that has refused a long upload and closed, when the answer is still to be read', async () => {
    const rest = 'x'.repeat(16 * 1024);
    let origin: Socket | undefined;
    const { connections, letAnHourPass } = await over((socket) => {
      origin = socket;
      socket.once('data', () => {
        socket.pause().write(`HTTP/1.1 413 Content Too Large\r\nContent-Length: ${rest.length}\r\n\r\n`);
      });
    });
    const body = new PassThrough();
    const taker = new Pausing();
    connections.send(upload(body), taker);
    const feed = () => {
      while (body.write(Buffer.alloc(64 * 1024)));
    };
    body.on('drain', feed);
    feed();
    await until(
      () => taker.isPaused,
      () => taker,
    );
    origin?.write(rest, () => origin?.destroySoon());
    // The sending ends once a write has failed.
    await once(body, 'close');
    await letAnHourPass();
    taker.readOn();
    await until(
      () => taker.isDone || taker.failure !== undefined,
      () => taker.bytes,
    );
    expect(taker).toMatchObject({ status: 413, bytes: rest.length, failure: undefined });
  });

  test.each([
    ['ends', (body: PassThrough) => void body.end('the rest'), (body: PassThrough) => body.readableEnded],
    [
      'is taken no more',
      (body: PassThrough) => void body.write(Buffer.alloc(32 * 1024 * 1024)),
      (body: PassThrough) => body.readableLength === 0,
    ],
  ])('whose interim answer is still to be read as the upload %s', async (_how, goOn, hasLeft) => {
    let origin: Socket | undefined;
    const { connections, letAnHourPass } = await over((socket) => {
      origin = socket;
      socket.once('data', () => {
        socket.write('HTTP/1.1 103 Early Hints\r\n\r\n');
        socket.pause();
      });
    });
    const body = new PassThrough();
    const taker = new Pausing();
    connections.send(upload(body), taker);
    body.write('the beginning');
    await until(
      () => taker.isPaused,
      () => taker,
    );
    goOn(body);
    await until(
      () => hasLeft(body),
      () => body.readableLength,
    );
    await letAnHourPass();
    expect(taker.failure).toBeUndefined();
    taker.readOn();
    origin?.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    await until(
      () => taker.status !== undefined || taker.failure !== undefined,
      () => taker.status,
    );
    taker.readOn();
    await until(
      () => taker.bytes === 2 || taker.failure !== undefined,
      () => taker.bytes,
    );
    expect(taker).toMatchObject({ status: 200, bytes: 2, failure: undefined });
  });

  test('but one that is silent once its interim answer was read is', async () => {
    const { connections, letAnHourPass } = await over((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'));
    });
    const body = new PassThrough();
    const taker = new Pausing();
    connections.send(upload(body), taker);
    body.end('all of it');
    await until(
      () => taker.isPaused,
      () => taker,
    );
    taker.readOn();
    await letAnHourPass();
    expect(taker.failure).toMatchObject({ code: 'LATE_ANSWER' });
  });
});
