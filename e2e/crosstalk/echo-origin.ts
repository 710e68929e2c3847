import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fieldIn, type Message, messageIn } from '../raw/message.ts';
import { answerBody, marksIn } from './ask.ts';

/** An origin on bare TCP that answers with a request's own mark, in the way that its target asks for. */
export class EchoOrigin {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #ignoresBodies: boolean;
  readonly #isFaulty: boolean;
  /** Requests whose parts carry the marks of more than one: what two clients sent was mixed on the way. */
  readonly mixed: string[] = [];

  private constructor(kind: { ignoresBodies: boolean; isFaulty: boolean }) {
    this.#ignoresBodies = kind.ignoresBodies;
    this.#isFaulty = kind.isFaulty;
    this.#server = createServer((socket) => this.#greet(socket));
  }

  /**
   * Starts one on a free port of 127.0.0.1. One that `ignoresBodies` takes the body of a GET, HEAD, DELETE or OPTIONS for the next
   * request, as Python's http.server does. Only one that `isFaulty` closes or hangs where it is asked to.
   */
  static async start(kind: { ignoresBodies: boolean; isFaulty: boolean }): Promise<EchoOrigin> {
    const origin = new EchoOrigin(kind);
    origin.#server.listen(0, '127.0.0.1');
    await once(origin.#server, 'listening');
    return origin;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
    let bytes = Buffer.alloc(0);
    let isAnswered = false;
    let turn = Promise.resolve();
    const isBodyless = (startLine: string) => this.#ignoresBodies && /^(GET|HEAD|DELETE|OPTIONS) /.test(startLine);
    const take = () => {
      const message = messageIn(bytes, { isBodyless, isOver: false });
      if (!message) return undefined;
      bytes = bytes.subarray(message.length);
      return message;
    };
    const read = () => {
      for (let message = take(); message; message = take()) {
        const whole = message;
        this.#check(whole);
        if (!isAnswered) turn = turn.then(() => this.#react(socket, whole.startLine, whole));
        isAnswered = false;
      }
      const early = /^\S+ \/\S+;early HTTP/.exec(bytes.toString('latin1', 0, 200));
      if (!early || isAnswered || !bytes.includes('\r\n\r\n')) return;
      isAnswered = true;
      const [startLine = ''] = bytes.toString('latin1', 0, 200).split('\r\n');
      turn = turn.then(() => this.#react(socket, startLine));
    };
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        read();
      } catch {
        socket.destroy();
      }
    });
  }

  #check({ startLine, fields, body, trailers }: Message): void {
    const marks = new Set(marksIn(`${startLine}\r\n${fieldIn(fields, 'x-mark')}\r\n${trailers}\r\n${body.toString('latin1')}`));
    if (marks.size > 1) this.mixed.push(`a request with the marks ${[...marks].slice(0, 3).join(' ')}: ${startLine}`);
  }

  async #react(socket: Socket, startLine: string, message?: Message): Promise<void> {
    const [method = '', target = ''] = startLine.split(' ');
    const [mark = ''] = marksIn(target);
    const way = target.slice(target.indexOf(';') + 1);
    const body = method === 'HEAD' ? '' : answerBody(mark, way);
    const told = fieldIn(message?.fields ?? '', 'x-mark');
    const head = `HTTP/1.1 200 OK\r\nX-Mark: ${mark}\r\n${told === undefined ? '' : `X-Told: ${told}\r\n`}`;
    const sized = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    if (this.#isFaulty && way === 'closes') socket.destroy();
    if (this.#isFaulty && (way === 'closes' || way === 'hangs')) return;
    if (way === 'slow') await delay(20);
    const answer = answers[way] ?? (() => socket.write(sized));
    answer({ socket, head, sized, body, mark });
  }
}

/** What an answer is made of. */
interface Parts {
  readonly socket: Socket;
  /** Without the line that ends the fields. */
  readonly head: string;
  /** The whole answer, in its plainest form. */
  readonly sized: string;
  readonly body: string;
  readonly mark: string;
}

/** The answers that are not plain, by the way that was asked for. */
const answers: Readonly<Record<string, (parts: Parts) => unknown>> = {
  chunked: ({ socket, head, sized, body, mark }) => {
    if (body === '') return socket.write(sized);
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`);
    return socket.write(`${body}\r\n0\r\nX-Mark: ${mark}\r\n\r\n`);
  },
  informs: ({ socket, sized, mark }) => socket.write(`HTTP/1.1 103 Early Hints\r\nX-Mark: ${mark}\r\n\r\n`.repeat(3) + sized),
  'closes-after': ({ socket, sized }) => socket.end(sized.replace('\r\n', '\r\nConnection: close\r\n')),
  breaks: ({ socket, sized }) => socket.end(sized.slice(0, -30)),
  twice: ({ socket, sized }) => socket.write(sized + sized),
  // The body behind the head, as an origin gives it that takes HEAD for GET.
  'head-body': ({ socket, head, mark }) => {
    const body = answerBody(mark, 'head-body');
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`);
    return socket.write(body);
  },
};
