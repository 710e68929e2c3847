import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { asking, block, type Frame, flags, frame, preface, settingsOf, types } from '../../../../e2e/raw/frames.ts';
import { until } from '../../until.ts';
import { portOf } from '../../wire.ts';
import { ends } from '../limited.ts';

export { asking, block, codes, flags, frame, preface, settings, settingsOf, types, word } from '../../../../e2e/raw/frames.ts';

/** What a client's connection is closed with. */
export interface Ending {
  /** The code of the last GOAWAY; nothing where there was none. */
  readonly code: number | undefined;
  readonly lastStream: number | undefined;
}

/** A client that speaks in frames, right or wrong ones, and remembers those that came back. */
export class FrameClient {
  readonly #socket: Socket;
  readonly frames: Frame[] = [];
  #rest: Buffer = Buffer.alloc(0);
  isOpen = true;

  private constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: false });
    this.#socket.on('error', () => {});
    this.#socket.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#socket.on('close', () => {
      this.isOpen = false;
    });
  }

  /** Connects, and says what each client says first: the preface, and SETTINGS. */
  static async to(server: Parameters<typeof portOf>[0] | number, ...own: (readonly [number, number])[]): Promise<FrameClient> {
    const client = await FrameClient.silent(server);
    return client.send(preface, frame(types.settings, flags.none, 0, settingsOf(...own)));
  }

  /** Connects, and says nothing. It leaves when the tests that use it are done. */
  static async silent(server: Parameters<typeof portOf>[0] | number): Promise<FrameClient> {
    const client = new FrameClient(typeof server === 'number' ? server : await portOf(server));
    ends.push(() => client.leave());
    await once(client.#socket, 'connect');
    return client;
  }

  send(...bytes: Buffer[]): this {
    this.#socket.write(Buffer.concat(bytes));
    return this;
  }

  /** A request, whole but for its body. */
  ask(stream: number, fields = asking(), flag: number = flags.endStream | flags.endHeaders): this {
    return this.send(frame(types.headers, flag, stream, block(...fields)));
  }

  /** Reads nothing from now on. */
  deafen(): this {
    this.#socket.pause();
    return this;
  }

  leave(): void {
    this.#socket.destroy();
  }

  /** Resolves once all that was sent before has been read. */
  async read(): Promise<void> {
    const before = this.of(types.ping, 0).length;
    this.send(frame(types.ping, flags.none, 0, '\0'.repeat(8)));
    await until(
      () => this.of(types.ping, 0).length > before,
      () => this.#shown(),
    );
  }

  /** The frames of a type that came on a stream. */
  of(type: number, stream: number): Frame[] {
    return this.frames.filter((came) => came.type === type && came.stream === stream);
  }

  /** Resolves with the first frame of a type on a stream. */
  async first(type: number, stream: number): Promise<Frame> {
    await until(
      () => this.of(type, stream).length > 0,
      () => ({ ...this.#shown(), wanted: { type, stream } }),
    );
    return this.of(type, stream)[0] as Frame;
  }

  /** Resolves with the code of a stream's reset. */
  async reset(stream: number): Promise<number> {
    const { payload } = await this.first(types.reset, stream);
    return payload.readUInt32BE(0);
  }

  /** Resolves with the status of a stream's answer. It must be the first on its connection that has that one. */
  async status(stream: number): Promise<number> {
    const { payload } = await this.first(types.headers, stream);
    return statusIn(payload);
  }

  /** Resolves once a stream has ended in good order. */
  async ended(stream: number): Promise<void> {
    const isLast = (came: Frame) => came.type <= types.headers && came.stream === stream && (came.flags & flags.endStream) !== 0;
    await until(
      () => this.frames.some(isLast),
      () => this.#shown(),
    );
  }

  /** Resolves once the connection is closed, with how. */
  async end(): Promise<Ending> {
    await until(
      () => !this.isOpen,
      () => this.#shown(),
    );
    const last = this.of(types.goaway, 0).at(-1)?.payload;
    return { code: last?.readUInt32BE(4), lastStream: last?.readUInt32BE(0) };
  }

  #shown() {
    return { isOpen: this.isOpen, frames: this.frames.map(({ payload, ...rest }) => ({ ...rest, length: payload.length })) };
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 9) {
      const length = this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < 9 + length) return;
      const [type, flag, stream] = [this.#rest.readUInt8(3), this.#rest.readUInt8(4), this.#rest.readUInt32BE(5)];
      this.frames.push({ type, flags: flag, stream, payload: Buffer.from(this.#rest.subarray(9, 9 + length)) });
      this.#rest = this.#rest.subarray(9 + length);
      if (type === types.settings && flag === flags.none) this.send(frame(types.settings, flags.ack, 0));
    }
  }
}

/** Statuses that have an index of their own (RFC 7541, appendix A). */
const indexed = [200, 204, 206, 304, 400, 404, 500];

/** The codes of digits (RFC 7541, appendix B). */
const digits = ['00000', '00001', '00010', '011001', '011010', '011011', '011100', '011101', '011110', '011111'];

function statusIn(payload: Buffer): number {
  const first = payload.readUInt8(0);
  if (first >= 0x88 && first <= 0x8e) return indexed[first - 0x88] as number;
  const length = payload.readUInt8(1);
  const value = payload.subarray(2, 2 + (length & 0x7f));
  if (length < 0x80) return Number(value.toString('latin1'));
  let bits = [...value].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let status = '';
  while (status.length < 3) {
    const digit = digits.findIndex((code) => bits.startsWith(code));
    if (digit === -1) throw new Error(`no status: ${payload.toString('hex')}`);
    status += digit;
    bits = bits.slice((digits[digit] as string).length);
  }
  return Number(status);
}
