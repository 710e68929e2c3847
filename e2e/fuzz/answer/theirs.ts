import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import type { AnswerCase } from './answer-case.ts';
import { type Ending, type Outcome, unread } from './outcome.ts';

/** A connection that brings what it was made with, then its end, and takes whatever is written to it. It is no socket, and so costs no system call. */
class Wire extends Duplex {
  constructor(bytes: Buffer) {
    super({ allowHalfOpen: false });
    if (bytes.length > 0) this.push(bytes);
    this.push(null);
  }

  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}

/** The answer as Node's own client reads it, whose parser is llhttp. */
export function theirs({ bytes, method, upgrades }: AnswerCase, longestHead: number): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const outcome: Outcome = unread();
  const wire = new Wire(bytes);
  const asked = request({
    ...{ method, createConnection: () => wire, maxHeaderSize: longestHead, setHost: false, setDefaultHeaders: false },
    headers: { Connection: 'keep-alive' },
  });
  const got: { answer?: IncomingMessage; refusal?: string; isUpgrade?: true } = {};
  asked.on('error', (error: Error & { code?: string }) => {
    got.refusal = error.code ?? error.message;
  });
  asked.on('information', ({ statusCode, statusMessage, rawHeaders }) => {
    outcome.interim.push('', `${statusCode} ${statusMessage}`, ...rawHeaders);
  });
  asked.on('response', (answer) => {
    got.answer = noted(answer, outcome);
  });
  if (upgrades) {
    asked.on('upgrade', (answer, _socket, rest) => {
      got.answer = noted(answer, outcome);
      got.isUpgrade = true;
      outcome.rest = rest.toString('latin1');
    });
  }
  wire.once('end', () => {
    outcome.endsItself = got.answer?.complete === true;
  });
  // What the answer's stream still has to hand on comes before this.
  wire.once('close', () => setImmediate(() => resolve(settled(outcome, asked, got))));
  asked.end();
  return promise;
}

function noted(answer: IncomingMessage, outcome: Outcome): IncomingMessage {
  outcome.head = `${answer.statusCode} ${answer.statusMessage}`;
  outcome.fields = answer.rawHeaders;
  answer.on('data', (piece: Buffer) => {
    outcome.body += piece.toString('latin1');
  });
  return answer.on('error', () => {});
}

function settled(outcome: Outcome, asked: ClientRequest, got: { answer?: IncomingMessage; refusal?: string; isUpgrade?: true }): Outcome {
  outcome.ending = endingOf(got);
  outcome.trailers = got.answer?.rawTrailers ?? [];
  outcome.persists = asked.shouldKeepAlive;
  outcome.code = got.refusal ?? '';
  return outcome;
}

/** A mistake behind an answer that was whole is not that answer's. */
function endingOf({ answer, refusal, isUpgrade }: { answer?: IncomingMessage; refusal?: string; isUpgrade?: true }): Ending {
  if (isUpgrade) return 'upgraded';
  if (answer?.complete) return 'whole';
  return refusal?.startsWith('HPE_') ? 'refused' : 'cut';
}
