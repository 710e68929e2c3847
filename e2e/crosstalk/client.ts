import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { below, type Random } from '../fuzz/random.ts';
import { fieldIn, type Message, messageIn } from '../raw/message.ts';
import { type Ask, answerBody, askOf, marksIn } from './ask.ts';

/** What clients saw, over all connections. */
export interface Tally {
  /** Answers with their own mark, whole. */
  own: number;
  /** What the balancer answered itself: that no origin could. */
  refused: number;
  /** Asks whose connection was closed before a whole answer, by either side. */
  unanswered: number;
  /** Answers that carry another's mark, or are not what was asked for. */
  readonly wrong: string[];
}

/** The longest that a client waits for bytes, in ms. */
const patience = 4000;

/** Asks in pipelines of up to four over one connection until that is closed, or the client leaves in the middle of it. */
export async function visit(port: number, connection: number, random: Random, tally: Tally): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const line = new Line(socket, random() < 0.1);
  let number = 0;
  for (let rounds = 1 + below(random, 12); rounds > 0 && !line.isOver; rounds--) {
    const asks = Array.from({ length: random() < 0.6 ? 1 : 1 + below(random, 4) }, () => askOf(connection, number++, random));
    for (const { bytes } of asks) socket.write(bytes);
    if (random() < 0.1) {
      await delay(below(random, 25));
      break;
    }
    if (!(await areAnswered(asks, line, tally))) break;
  }
  socket.destroy();
}

/** Reads the answers to asks one by one; says whether the connection can go on. */
async function areAnswered(asks: readonly Ask[], line: Line, tally: Tally): Promise<boolean> {
  for (const ask of asks) if (!judge(ask, await line.answerTo(ask), tally)) return false;
  return true;
}

/** Notes what an answer is; says whether the connection can go on. */
function judge({ mark, method, way }: Ask, answers: readonly Message[] | Error, tally: Tally): boolean {
  const kind = answers instanceof Error ? answers.message : kindOf(answers, mark, isWholeBody(mark, method, way));
  if (kind === 'own' || kind === 'refused' || kind === 'unanswered') tally[kind] += 1;
  else tally.wrong.push(`to ${method} ${mark}${way}: ${kind}`);
  return !(answers instanceof Error);
}

/** What the interim answers and the final one are to a request with a mark: one of the tally's kinds, or what is wrong with them. */
function kindOf(answers: readonly Message[], mark: string, isWhole: (body: Buffer) => boolean): string {
  const foreign = marksIn(answers.map(textOf).join('\n')).find((each) => each !== mark);
  if (foreign !== undefined) return `the mark ${foreign}`;
  const last = answers.at(-1);
  if (!last || last.startLine.startsWith('HTTP/1.1 1')) return 'unanswered';
  const told = fieldIn(last.fields, 'x-mark');
  if (told === undefined && /^HTTP\/1\.1 (400|408|413|429|431|50[234])/.test(last.startLine)) return 'refused';
  return told === mark && isWhole(last.body) ? 'own' : `${last.startLine}, ${last.body.length} bytes`;
}

function textOf({ startLine, fields, trailers, body }: Message): string {
  return `${startLine}\n${fields}\n${trailers}\n${body.toString('latin1')}`;
}

function isWholeBody(mark: string, method: string, way: string): (body: Buffer) => boolean {
  const whole = method === 'HEAD' ? '' : answerBody(mark, way);
  return (body) => body.toString('latin1') === whole;
}

/** A connection from which answers are read one by one. */
class Line {
  #bytes = Buffer.alloc(0);
  #isOver = false;
  #wake = () => {};
  readonly #socket: Socket;

  /** One that is `slow` takes what comes in small parts, with pauses. */
  constructor(socket: Socket, slow: boolean) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#isOver = true;
      this.#wake();
    });
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
      if (!slow) return;
      socket.pause();
      setTimeout(() => socket.resume(), 15);
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The next answer behind its interim ones; as many of them as came before the end. An error where what came is no answer. */
  async answerTo({ method }: Ask): Promise<Message[] | Error> {
    const answers: Message[] = [];
    const isBodyless = (startLine: string) => method === 'HEAD' || /^\S+ (1\d\d|204|304)/.test(startLine);
    try {
      for (let isFinal = false; !isFinal; ) {
        const message = messageIn(this.#bytes, { isBodyless, isOver: this.#isOver });
        if (!message && this.#isOver) {
          // What is left of a broken answer is nobody else's.
          this.#bytes = Buffer.alloc(0);
          break;
        }
        if (message) {
          this.#bytes = this.#bytes.subarray(message.length);
          answers.push(message);
          isFinal = !message.startLine.startsWith('HTTP/1.1 1');
        } else await this.#more();
      }
      return answers;
    } catch (error) {
      return error as Error;
    }
  }

  /** Resolves with the next bytes or the end; who waits too long for that closes. */
  async #more(): Promise<void> {
    const timer = setTimeout(() => this.#socket.destroy(), patience);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    clearTimeout(timer);
  }
}
