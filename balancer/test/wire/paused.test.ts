import { once } from 'node:events';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { AnswerHead } from '../../src/wire/answer-head.ts';
import { until } from '../until.ts';
import { connectionsTo, Noting, request } from './taking.ts';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

async function over(take: (socket: Socket) => void) {
  const own = await connectionsTo(take);
  ends.push(own.close);
  return own;
}

const hour = 3_600_000;

/** Stops reading at an answer's head, and at its interim answers. */
class Pausing extends Noting {
  #isPaused = false;

  override interim(head: AnswerHead): void {
    super.interim(head);
    this.#pause();
  }

  override head(head: AnswerHead): void {
    super.head(head);
    this.#pause();
  }

  async pauses(): Promise<void> {
    await until(
      () => this.#isPaused,
      () => this,
    );
  }

  readOn(): void {
    this.#isPaused = false;
    this.connection?.resume(this);
  }

  #pause(): void {
    this.#isPaused = true;
    this.connection?.pause(this);
  }
}

describe('while nobody reads an answer, its origin is not late', () => {
  test('that has refused a long upload and closed, when the answer is still to be read', async () => {
    const rest = 'x'.repeat(16 * 1024);
    let origin: Socket | undefined;
    const { connections, pass } = await over((socket) => {
      origin = socket;
      socket.once('data', () => {
        socket.pause().write(`HTTP/1.1 413 Content Too Large\r\nContent-Length: ${rest.length}\r\n\r\n`);
      });
    });
    const body = new PassThrough();
    const taker = new Pausing();
    connections.send(request('POST', body), taker);
    const feed = () => {
      while (body.write(Buffer.alloc(64 * 1024)));
    };
    body.on('drain', feed);
    feed();
    await taker.pauses();
    origin?.write(rest, () => origin?.destroySoon());
    // The sending ends once a write has failed.
    await once(body, 'close');
    await pass(hour);
    taker.readOn();
    expect(await taker.over()).toMatchObject({ status: 413, bytes: rest.length, failure: undefined });
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
    const { connections, pass } = await over((socket) => {
      origin = socket;
      socket.once('data', () => socket.pause().write('HTTP/1.1 103 Early Hints\r\n\r\n'));
    });
    const body = new PassThrough();
    const taker = new Pausing();
    connections.send(request('POST', body), taker);
    body.write('the beginning');
    await taker.pauses();
    goOn(body);
    await until(
      () => hasLeft(body),
      () => body.readableLength,
    );
    await pass(hour);
    expect(taker.failure).toBeUndefined();
    taker.readOn();
    origin?.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    await taker.pauses();
    taker.readOn();
    await until(
      () => taker.bytes === 2,
      () => taker,
    );
    expect(taker).toMatchObject({ status: 200, failure: undefined });
  });

  test('but one that is silent once its interim answer was read is', async () => {
    const { connections, pass } = await over((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'));
    });
    const taker = new Pausing();
    connections.send(request('GET'), taker);
    await taker.pauses();
    taker.readOn();
    await pass(hour);
    expect(taker.failure).toMatchObject({ code: 'LATE_ANSWER' });
  });
});
