import { fieldIn, messageIn } from '../../raw/message.ts';

/** A final answer as a client reads it. */
export interface Answered {
  readonly status: number;
  readonly body: string;
  /** Whether it says that it is the connection's last. */
  readonly isLast: boolean;
}

/**
 * The final answers in what came back, to requests of these methods; interim ones are no matter of anybody's here, since the balancer asks a client
 * so whether it has left. Throws where there is something that is no answer, or a part of one.
 */
export function answeredIn(received: string, methods: readonly string[]): Answered[] {
  const answers: Answered[] = [];
  for (let rest = Buffer.from(received, 'latin1'); rest.length > 0; ) {
    const isBodyless = (line: string) => /^\S+ (?:1|204|304)/.test(line) || methods[answers.length] === 'HEAD';
    const message = messageIn(rest, { isBodyless, isOver: true });
    if (!message) throw new Error(`a part of an answer: ${JSON.stringify(rest.toString('latin1', 0, 200))}`);
    rest = rest.subarray(message.length);
    const status = Number(message.startLine.split(' ')[1]);
    if (status >= 200) {
      answers.push({ status, body: message.body.toString('latin1'), isLast: /close/i.test(fieldIn(message.fields, 'connection') ?? '') });
    }
  }
  return answers;
}
