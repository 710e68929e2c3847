import type { Answered } from './answered.ts';
import { type Asked, valuesOf } from './asked.ts';
import type { PlainReading } from './plain.ts';
import { knownRefusal, type Refusal } from './refusals.ts';

/** What came of a case. */
export interface RequestJudgement {
  /** How many requests an origin got whole. */
  readonly forwarded: number;
  /** What the balancer answered itself, where Node's own server would have handed the request on. */
  readonly refusals: readonly Refusal[];
  readonly fault?: string | undefined;
}

/** Follows what became of a client's requests, one after the other. */
class Follower {
  readonly refusals: Refusal[] = [];
  /** What the origin got that is still to be accounted for. */
  readonly left: Asked[];
  /** Whether answers may be missing from here on. */
  #isOver: boolean;

  constructor(got: readonly Asked[], isOver: boolean) {
    this.left = [...got];
    this.#isOver = isOver;
  }

  /** What is wrong about the answer to a request, or about there being none. */
  follow(asked: Asked, answer: Answered | undefined): string | undefined {
    const mayBeMissing = this.#isOver || !asked.isWhole;
    this.#isOver ||= answer === undefined || answer.isLast;
    const [next] = this.left;
    if (!answer) return mayBeMissing ? this.#unanswered(next, asked) : `no answer to ${JSON.stringify(asked)}`;
    if (next && answer.status === 200 && answer.body === (asked.method === 'HEAD' ? '' : textFor(next))) {
      this.left.shift();
      return wrongIn(next, asked);
    }
    return asked.isWhole ? this.#refuse(asked, answer) : undefined;
  }

  /** A request may have come to the origin all the same. */
  #unanswered(next: Asked | undefined, asked: Asked): string | undefined {
    if (!next || textFor(next) !== textFor({ ...asked, target: pathIn(asked.target) })) return undefined;
    this.left.shift();
    return wrongIn(next, asked);
  }

  #refuse(asked: Asked, answer: Answered): string | undefined {
    const known = knownRefusal(answer, asked);
    if (known) this.refusals.push(known);
    return known ? undefined : `refused, though Node takes it: ${answer.status} ${answer.body.trim()} to ${JSON.stringify(asked)}`;
  }
}

/** Judges what a balancer did, by what Node's own server reads. */
export function followed({ requests }: PlainReading, answers: readonly Answered[], got: readonly Asked[]): RequestJudgement {
  // Behind a CONNECT, Node lets go of a connection, whatever answers are on their way: see cuts.ts.
  const follower = new Follower(
    got,
    requests.slice(1).some(({ method }) => method === 'CONNECT'),
  );
  const faults = requests.map((asked, at) => follower.follow(asked, answers[at]));
  const [stray] = follower.left;
  if (stray) faults.push(`the origin got a request that nobody sent: ${JSON.stringify(stray)}`);
  const rest = answers.slice(requests.length);
  if (rest.length > 1 || rest.some(({ status }) => status < 400)) faults.push(`answers to what is no request: ${JSON.stringify(rest)}`);
  return { forwarded: got.length, refusals: follower.refusals, fault: faults.find((fault) => fault !== undefined) };
}

/** What the recording origin says of a request. */
export function textFor({ method, target, body }: Asked): string {
  return `${method} ${target} ${body.length}`;
}

/** All of a request at an origin that is the client's. */
export function digestOf({ method, target, body, trailers, fields }: Asked): string {
  return JSON.stringify([method, target, body, trailers, linesOf(fields).filter(isClients)]);
}

/** What is wrong about a request as the origin got it, by what Node read. */
function wrongIn(got: Asked, asked: Asked): string | undefined {
  const said = (what: string) => `${what}: ${JSON.stringify(got)} for ${JSON.stringify(asked)}`;
  if (!asked.isWhole) return said('a request is whole at the origin that was not');
  if (got.method !== asked.method || got.target !== pathIn(asked.target)) return said('another request at the origin');
  if (got.body !== asked.body) return said('another body at the origin');
  const [sent, came] = [linesOf(asked.fields), linesOf(got.fields)];
  const strange = came.find((line) => isClients(line) && !sent.includes(line) && !mayBeNew.test(line));
  if (strange !== undefined) return said(`a field at the origin that nobody sent, ${strange}`);
  const own = came.find((line) => neverOnward.test(line));
  if (own !== undefined) return said(`a field at the origin that ends at the balancer, ${own}`);
  const lost = sent.find((line) => !came.includes(line) && !mayBeLost(line, asked));
  return lost === undefined ? undefined : said(`a field that is lost, ${lost}`);
}

/** The path of a target that may be absolute (RFC 9112 §3.2.2). */
function pathIn(target: string): string {
  return target.replace(/^https?:\/\/[^/?]*/i, '').replace(/^(?!\/)/, '/');
}

const linesOf = (fields: readonly string[]) =>
  fields.flatMap((name, at) => (at % 2 === 0 ? [`${name.toLowerCase()}: ${fields[at + 1]}`] : []));

/** Whether a field is not the balancer's own. */
const isClients = (line: string) => !/^(?:x-forwarded-.*|forwarded|x-request-id|x-lb-.*|via):/.test(line);

/** What a gateway writes anew for its own connection, and a length without zeros before it. */
const mayBeNew = /^(?:connection|upgrade|te|content-length|host):/;

/** What belongs to the client's connection or is the balancer's to tell; names are compared with all signs as one, as CGI does. */
const maybeNotOnward =
  /^(?:connection|keep.alive|proxy.connection|te|trailer|transfer.encoding|upgrade|expect|proxy|x.forwarded.*|forwarded|via|content.length|content[^a-z\d-]type|host):/;

/** What an origin must never see of a client's (RFC 9110 §7.6.1, §10.1.1), or would read as a field that it is not, as CGI does: by names alone, which end at the first colon. */
const neverOnward = /^(?:expect|keep-alive|proxy-connection|transfer_encoding|content_length|x_forwarded[^a-z\d:][^:]+):/;

function mayBeLost(line: string, asked: Asked): boolean {
  const named = valuesOf(asked, 'connection').join().toLowerCase().split(',');
  return maybeNotOnward.test(line) || named.some((name) => line.startsWith(`${name.trim()}:`));
}
