import {
  type CallOptions,
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Running, startBalancer } from '../balancer/test/running.ts';
import { until } from '../balancer/test/until.ts';

/** A method of the service, whose messages are bytes as they are: there is nothing that a generator would have to make. */
function method(name: string, requestStream: boolean, responseStream: boolean): MethodDefinition<Buffer, Buffer> {
  const same = (bytes: Buffer) => bytes;
  return {
    ...{ path: `/e2e.Echo/${name}`, requestStream, responseStream },
    ...{ requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same },
  };
}

const service = {
  unary: method('Unary', false, false),
  fail: method('Fail', false, false),
  hang: method('Hang', false, false),
  down: method('Down', false, true),
  up: method('Up', true, false),
  both: method('Both', true, true),
};

/** What a server has seen that its clients don't tell. */
interface Seen {
  cancelled: number;
  metadata: Metadata | undefined;
  deadline: number | undefined;
}

function serving(seen: Seen): UntypedServiceImplementation {
  return {
    unary: (call: ServerUnaryCall<Buffer, Buffer>, done: (error: null, answer: Buffer, trailer: Metadata) => void) => {
      seen.metadata = call.metadata;
      const trailer = new Metadata();
      trailer.set('x-checksum', String(call.request.length));
      trailer.set('x-bytes-bin', Buffer.of(0, 255));
      const begun = new Metadata();
      begun.set('x-begun', 'yes');
      call.sendMetadata(begun);
      done(null, call.request, trailer);
    },
    fail: (_call: unknown, done: (error: Partial<ServiceError>) => void) => {
      const metadata = new Metadata();
      metadata.set('x-detail', 'of it');
      done({ code: status.FAILED_PRECONDITION, details: 'nicht so, très mauvais', metadata });
    },
    hang: (call: ServerUnaryCall<Buffer, Buffer>) => {
      seen.deadline = Number(call.getDeadline());
      call.on('cancelled', () => {
        seen.cancelled += 1;
      });
    },
    down: (call: ServerWritableStream<Buffer, Buffer>) => {
      for (let i = 0; i < call.request.readUInt32BE(0); i++) call.write(Buffer.alloc(1000, i % 256));
      call.end();
    },
    up: (call: ServerReadableStream<Buffer, Buffer>, done: (error: null, answer: Buffer) => void) => {
      let bytes = 0;
      call.on('data', (piece: Buffer) => {
        bytes += piece.length;
      });
      call.on('end', () => done(null, Buffer.from(String(bytes))));
    },
    both: (call: ServerDuplexStream<Buffer, Buffer>) => {
      call.on('cancelled', () => {
        seen.cancelled += 1;
      });
      call.on('data', (piece: Buffer) => call.write(piece));
      call.on('end', () => call.end());
    },
  };
}

async function startServer(seen: Seen): Promise<{ server: Server; port: number }> {
  const server = new Server();
  server.addService(service, serving(seen));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  return { server, port };
}

describe.each([1, 2])('gRPC through a balancer of %d threads, both ends of it by HTTP/2:', (threads) => {
  const seen: Seen = { cancelled: 0, metadata: undefined, deadline: undefined };
  let [servers, clients]: [Server[], Client[]] = [[], []];
  let balancer: Running | undefined;

  beforeAll(async () => {
    const started = await Promise.all([startServer(seen), startServer(seen)]);
    servers = started.map(({ server }) => server);
    const origins = started.map(({ port }) => `h2c://127.0.0.1:${port}`).join(',');
    balancer = await startBalancer([`--threads=${threads}`, '--h2c=on', `--origins=${origins}`], {}, () => {});
    // As many connections, so that each thread has some.
    clients = Array.from(
      { length: 4 },
      () => new Client(`127.0.0.1:${balancer?.port}`, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }),
    );
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    await balancer?.program.end();
    for (const server of servers) server.forceShutdown();
  });

  const same = (bytes: Buffer) => bytes;

  /** Calls a method that takes one message and gives one. */
  function call(
    client: Client,
    { path }: MethodDefinition<Buffer, Buffer>,
    message: Buffer,
    options: CallOptions = {},
    metadata = new Metadata(),
  ) {
    const told: { answer?: Buffer; error?: ServiceError; begun?: Metadata; trailer?: Metadata } = {};
    return new Promise<typeof told>((resolve) => {
      const asked = client.makeUnaryRequest(path, same, same, message, metadata, options, (error, answer) => {
        if (error) told.error = error;
        if (answer) told.answer = answer;
      });
      asked.on('metadata', (begun: Metadata) => {
        told.begun = begun;
      });
      asked.on('status', ({ metadata: trailer }: { metadata: Metadata }) => {
        told.trailer = trailer;
        setImmediate(() => resolve(told));
      });
    });
  }

  test('one message is answered by one, with metadata at both ends of it', async () => {
    const metadata = new Metadata();
    metadata.set('x-asked', 'for it');
    metadata.set('x-raw-bin', Buffer.of(1, 0, 254));
    const answers = await Promise.all(clients.map((client) => call(client, service.unary, Buffer.from('hello'), {}, metadata)));
    for (const { answer, error, begun, trailer } of answers) {
      expect([error, answer?.toString()]).toEqual([undefined, 'hello']);
      expect([begun?.get('x-begun'), trailer?.get('x-checksum'), trailer?.get('x-bytes-bin')]).toEqual([
        ['yes'],
        ['5'],
        [Buffer.of(0, 255)],
      ]);
    }
    expect(seen.metadata?.get('x-asked')).toEqual(['for it']);
    expect(seen.metadata?.get('x-raw-bin')).toEqual([Buffer.of(1, 0, 254)]);
  });

  test('a message may be empty, or long', async () => {
    for (const size of [0, 3_000_000]) {
      const { answer } = await call(clients[0] as Client, service.unary, Buffer.alloc(size, 7));
      expect(answer?.length).toBe(size);
    }
  });

  test('an error comes with its code, its words and its metadata', async () => {
    const { error } = await call(clients[0] as Client, service.fail, Buffer.of());
    expect([error?.code, error?.details, error?.metadata.get('x-detail')]).toEqual([
      status.FAILED_PRECONDITION,
      'nicht so, très mauvais',
      ['of it'],
    ]);
  });

  test('a method that there isn’t is not implemented', async () => {
    const { error } = await call(clients[0] as Client, method('Nothing', false, false), Buffer.of());
    expect(error?.code).toBe(status.UNIMPLEMENTED);
  });

  test('a time limit gets to the server, and is over for both', async () => {
    const before = seen.cancelled;
    const { error } = await call(clients[0] as Client, service.hang, Buffer.of(), { deadline: Date.now() + 500 });
    expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
    expect(Math.abs((seen.deadline ?? 0) - Date.now())).toBeLessThan(5000);
    await until(
      () => seen.cancelled === before + 1,
      () => seen.cancelled,
    );
  });

  test('a call that its client gives up is given up at the server', async () => {
    const before = seen.cancelled;
    const asked = (clients[0] as Client).makeBidiStreamRequest(service.both.path, same, same);
    const ended = new Promise<number>((resolve) => asked.on('status', ({ code }: { code: number }) => resolve(code)));
    asked.on('error', () => {});
    asked.write(Buffer.from('one'));
    await new Promise((came) => asked.once('data', came));
    asked.cancel();
    expect(await ended).toBe(status.CANCELLED);
    await until(
      () => seen.cancelled === before + 1,
      () => seen.cancelled,
    );
  });

  test('one message is answered by many', async () => {
    const many = Buffer.alloc(4);
    many.writeUInt32BE(2000);
    const asked = (clients[0] as Client).makeServerStreamRequest(service.down.path, same, same, many);
    const pieces: Buffer[] = [];
    for await (const piece of asked) pieces.push(piece);
    expect(pieces.every((piece, i) => piece.length === 1000 && piece[0] === i % 256)).toBe(true);
    expect(pieces).toHaveLength(2000);
  });

  test('many are answered by one', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const asked = (clients[0] as Client).makeClientStreamRequest(service.up.path, same, same, (error, bytes) =>
        error ? reject(error) : resolve(String(bytes)),
      );
      for (let i = 0; i < 2000; i++) asked.write(Buffer.alloc(1000, i));
      asked.end();
    });
    expect(answer).toBe('2000000');
  });

  test('many are answered by many, each before the next, on all connections at once', async () => {
    const talk = async (client: Client) => {
      const asked = client.makeBidiStreamRequest(service.both.path, same, same);
      for (let i = 0; i < 50; i++) {
        const came = new Promise<Buffer>((resolve) => asked.once('data', resolve));
        asked.write(Buffer.from(`message ${i}`));
        expect(String(await came)).toBe(`message ${i}`);
      }
      const over = new Promise<number>((resolve) => asked.on('status', ({ code }: { code: number }) => resolve(code)));
      asked.end();
      asked.resume();
      return over;
    };
    expect(await Promise.all(clients.map(talk))).toEqual(clients.map(() => status.OK));
  });

  test('a server that is shut down in order loses no call', async () => {
    const codes: number[] = [];
    let goesOn = true;
    const callers = clients.map(async (client) => {
      while (goesOn) codes.push((await call(client, service.unary, Buffer.from('x'))).error?.code ?? 0);
    });
    await until(
      () => codes.length > 20,
      () => codes.length,
    );
    await new Promise<void>((closed) => (servers[0] as Server).tryShutdown(() => closed()));
    const before = codes.length;
    await until(
      () => codes.length > before + 20,
      () => codes.length,
    );
    goesOn = false;
    await Promise.all(callers);
    expect(codes.filter((code) => code !== 0)).toEqual([]);
  });
});
