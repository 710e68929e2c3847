import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';

/** What a collector made of a batch: took it, but for some spans; could not take it for now; or will never take it. */
export type Verdict =
  | { readonly kind: 'taken'; readonly rejected: number; readonly why: string }
  | { readonly kind: 'again'; readonly why: string; readonly after?: number | undefined }
  | { readonly kind: 'refused'; readonly why: string };

/** Where spans go, and what is said there besides. */
export interface CollectorPlace {
  readonly url: string;
  /** A field that says who asks; a secret. */
  readonly header: { readonly name: string; readonly value: string } | undefined;
}

/** Statuses after which the same may be sent again (OTLP/HTTP, Retryable Response Codes). */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** What of an answer is read, in bytes. */
const longestAnswer = 64 * 1024;

/** A collector of spans by OTLP/HTTP, in JSON, over a connection that is kept. Redirects are not followed. */
export class Collector {
  readonly #url: URL;
  readonly #options: RequestOptions;
  readonly #request: typeof request;

  constructor({ url, header }: CollectorPlace) {
    this.#url = new URL(url);
    const isSecure = this.#url.protocol === 'https:';
    const keeping = { keepAlive: true, maxSockets: 1 };
    this.#request = isSecure ? tlsRequest : request;
    this.#options = {
      method: 'POST',
      agent: isSecure ? new TlsAgent(keeping) : new Agent(keeping),
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'load-balancer-explained',
        ...(header ? { [header.name]: header.value } : {}),
      },
    };
  }

  /** Sends an ExportTraceServiceRequest; never rejects, and has a verdict after `most` ms at the latest. */
  send(json: string, most: number): Promise<Verdict> {
    const body = Buffer.from(json);
    return new Promise((resolve) => {
      const headers = { ...this.#options.headers, 'Content-Length': body.length };
      const asked = this.#request(this.#url, { ...this.#options, headers });
      // A timer of our own: one that an AbortSignal has might be collected, and doesn't end with the request.
      const end = setTimeout(() => asked.destroy(new Error(`no answer in ${(most / 1000).toFixed(1)} s`)), most).unref();
      const told = (verdict: Verdict) => {
        clearTimeout(end);
        resolve(verdict);
      };
      asked.on('error', (error: NodeJS.ErrnoException) => told({ kind: 'again', why: error.code ?? error.message }));
      asked.on('response', (answer) => void read(answer).then((text) => told(verdictOf(answer, text))));
      asked.end(body);
    });
  }
}

/** The beginning of an answer's body; nothing where it breaks off, since its status has said all by then. */
async function read(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of answer) {
      length += piece.length;
      if (length > longestAnswer) return '';
      pieces.push(piece);
    }
  } catch {
    return '';
  }
  return Buffer.concat(pieces).toString();
}

function verdictOf({ statusCode: status = 0, headers }: IncomingMessage, text: string): Verdict {
  if (status >= 200 && status < 300) return { kind: 'taken', ...partialSuccess(text) };
  const why = `it answered ${status}`;
  return retryable.has(status) ? { kind: 'again', why, after: retryAfter(headers['retry-after']) } : { kind: 'refused', why };
}

/** How many spans of a batch were not taken, and why (OTLP/HTTP, Partial Success). */
function partialSuccess(text: string): { readonly rejected: number; readonly why: string } {
  try {
    const { rejectedSpans = 0 } = JSON.parse(text).partialSuccess ?? {};
    const rejected = Number(rejectedSpans);
    return { rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0, why: 'it rejected them' };
  } catch {
    return { rejected: 0, why: '' };
  }
}

/** How long a collector wants to be left alone, in ms (RFC 9110 §10.2.3): seconds, or a date. */
function retryAfter(field: string | undefined): number | undefined {
  if (field === undefined) return undefined;
  const ms = /^\d+$/.test(field) ? Number(field) * 1000 : Date.parse(field) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
