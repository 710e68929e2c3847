import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Deadlines } from '../../src/brain/deadlines.ts';
import { world } from '../../src/process/world.ts';
import type { AnswerHead } from '../../src/wire/answer-head.ts';
import type { Connection } from '../../src/wire/connection.ts';
import { Connections } from '../../src/wire/connections.ts';
import type { Outgoing, Taker } from '../../src/wire/outgoing.ts';
import { until } from '../until.ts';

/** Connections to a server of their own, by a clock that stands still until it is set forward. */
export interface OwnConnections {
  readonly connections: Connections;
  /** So many ms go by; resolves once everybody has been told whose time is over. */
  pass(ms: number): Promise<void>;
  close(): void;
}

/** Starts a server that is handed each connection as it is, and connections to it. */
export async function connectionsTo(take: (socket: Socket) => void, scheme = 'http'): Promise<OwnConnections> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    take(socket.on('error', () => {}));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  let time = 1;
  const now = () => time;
  let due: { readonly at: number; readonly work: () => void } | undefined;
  const after = (ms: number, work: () => void) => {
    const mine = { at: time + ms, work };
    due = mine;
    return () => {
      if (due === mine) due = undefined;
    };
  };
  const deadlines = new Deadlines({ now, after, soon: world.soon });
  const limits = () => ({ connect: 10_000, response: 20_000, idle: 30_000, longestHead: 4096 });
  const { port } = server.address() as { port: number };
  const connections = new Connections(new URL(`${scheme}://127.0.0.1:${port}`), { deadlines, now, limits });
  return {
    connections,
    pass: async (ms) => {
      time += ms;
      while (due && due.at <= time) {
        const { work } = due;
        due = undefined;
        work();
        await new Promise<void>(world.soon);
      }
    },
    close: () => {
      connections.cut();
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** A request for such connections, without a body where nothing else is said. */
export function request(method: string, body: Readable | null = null): Outgoing {
  return {
    ...{ method, body, inChunks: body !== null, upgrades: false, logsIn: false, isLast: false, client: new Socket() },
    isRepeatable: method === 'GET',
    head: `${method} / HTTP/1.1\r\n${body === null ? '' : 'Transfer-Encoding: chunked\r\n'}\r\n`,
    trailers: () => '',
  };
}

/** Takes an answer, and notes what becomes of it. */
export class Noting implements Taker {
  connection: Connection | undefined;
  interims = 0;
  status: number | undefined;
  bytes = 0;
  failure: Error | undefined;
  isDone = false;

  carried(by: Connection): void {
    this.connection = by;
  }

  leaves(): void {}

  interim(_head: AnswerHead): void {
    this.interims += 1;
  }

  head({ status }: AnswerHead): void {
    this.status = status;
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

  /** Resolves when nothing more happens. */
  async over(): Promise<this> {
    await until(
      () => this.isDone || this.failure !== undefined,
      () => this,
    );
    return this;
  }
}
