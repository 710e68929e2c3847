import { type Anatomy, isBodyless, isInterim } from './anatomy.ts';
import type { AnswerCase } from './answer-case.ts';
import type { Outcome } from './outcome.ts';

/** One way in which our reader and llhttp differ, which was decided. */
export interface Difference {
  readonly name: string;
  /** What ours does, where llhttp does the opposite: it takes the answer, or it refuses it. */
  readonly ours: 'takes' | 'refuses';
  /** Why that is right. */
  readonly why: string;
  /** Changes what the two differ in to what they do not, with no change to what ours makes of it, where it takes it. */
  readonly mend: (anatomy: Anatomy, asked: AnswerCase) => void;
  /** What of an outcome is of no matter here. */
  readonly forget?: (outcome: Outcome) => Outcome;
}

const eachHead = (anatomy: Anatomy, change: (head: string) => string) => {
  anatomy.heads = anatomy.heads.map(change);
};
const lastHead = (anatomy: Anatomy, change: (head: string) => string) => {
  anatomy.heads = [...anatomy.heads.slice(0, -1), ...anatomy.heads.slice(-1).map(change)];
};
const interimHeads = (anatomy: Anatomy, change: (head: string) => string) => {
  anatomy.heads = anatomy.heads.map((head) => (isInterim(head) ? change(head) : head));
};

/** Pairs of name and value, without those of a name. */
const without = (pairs: readonly string[], name: string) => pairs.filter((_, at) => pairs[at - (at % 2)]?.toLowerCase() !== name);

/** Without folds, but of fields that say where a message ends: a folded one of these is refused. */
const unfolded = (lines: string) =>
  lines.replaceAll(
    /^(?!(?:content-length|transfer-encoding):).*\r\n(?:[\t ].*\r\n)+/gim,
    (line) => `${line.slice(0, -2).replaceAll(/[\t ]*\r\n[\t ]+/g, ' ')}\r\n`,
  );

/** All differences between our reader and llhttp that are known, each with its decision. */
export const differences: readonly Difference[] = [
  {
    name: 'empty lines before the status line',
    ours: 'refuses',
    why: 'only servers should overlook them (RFC 9112 §2.2); in front of an answer they are bytes that no answer accounts for',
    mend: (anatomy) => eachHead(anatomy, (head) => head.replace(/^[\r\n]+/, '')),
  },
  {
    name: '101 that nobody asked for, or that names no protocol',
    ours: 'refuses',
    why: 'a server may change the protocol only to one that was asked for, and says which (RFC 9110 §7.8, §15.2.2); nobody can tell what follows',
    mend: (anatomy, { upgrades }) =>
      eachHead(anatomy, (head) => {
        const names = /^upgrade:/im.test(head) && /^connection:.*\bupgrade\b/im.test(head);
        return upgrades && names ? head : head.replace(/^(\S+ )101/, '$1102');
      }),
  },
  {
    name: 'another protocol or version',
    ours: 'refuses',
    why: 'an answer is one of HTTP/1.0 or HTTP/1.1 (RFC 9112 §2.3): what another version means by its lines is not known',
    mend: (anatomy) => eachHead(anatomy, (head) => head.replace(/^(?!HTTP\/1\.[01] )[A-Z]+\/\d\.\d /, 'HTTP/1.1 ')),
  },
  {
    name: 'a status below 100',
    ours: 'refuses',
    why: 'a status is from 100 to 599, and what is not has no class to be treated by (RFC 9110 §15)',
    mend: (anatomy) => eachHead(anatomy, (head) => head.replace(/^(\S+ )0/, '$12')),
  },
  {
    name: 'NUL in a reason phrase',
    ours: 'refuses',
    why: 'it is none of the characters of a phrase (RFC 9112 §4), and who reads C strings reads another line',
    mend: (anatomy) => eachHead(anatomy, (head) => head.replace(/^[^\r\n]*/, (line) => line.replaceAll('\0', ' '))),
  },
  {
    name: 'a coding besides chunked',
    ours: 'refuses',
    why: 'chunked comes once and last (RFC 9112 §6.1); other codings are hop by hop and would be lost on the way (§7), and ones that end with the connection are cut where that is cut',
    mend: (anatomy, { method }) => {
      lastHead(anatomy, (head) => {
        if (isBodyless(head, method)) return head;
        const lines = head.match(/^transfer-encoding:.*\r\n/gim) ?? [];
        const isChunked = lines.length === 1 && /^[^:]*:[\t ]*chunked[\t ]*\r\n/i.test(lines[0]);
        if (isChunked || lines.length === 0) return head;
        return head.replaceAll(/^transfer-encoding:.*\r\n/gim, '').replace(/\r\n/, '\r\nTransfer-Encoding: chunked\r\n');
      });
    },
    forget: (outcome) => ({ ...outcome, fields: without(outcome.fields, 'transfer-encoding') }),
  },
  {
    name: 'a length that no number holds',
    ours: 'refuses',
    why: 'a length from 2^53 up can’t be counted down here (RFC 9110 §8.6 warns of that), and nobody has sent so much yet',
    mend: (anatomy) =>
      lastHead(anatomy, (head) =>
        head.replace(/^(content-length:[\t ]*)0*([1-9]\d{15,})/im, (line, name, digits) =>
          Number.isSafeInteger(Number(digits)) ? line : `${name}5`,
        ),
      ),
  },
  {
    name: 'a folded value',
    ours: 'takes',
    why: 'it is made one line with a blank for each fold, as a gateway may do with an answer (RFC 9112 §5.2)',
    mend: (anatomy) => {
      eachHead(anatomy, unfolded);
      anatomy.trailers = unfolded(anatomy.trailers);
    },
  },
  {
    name: 'a chunk extension that is written otherwise',
    ours: 'takes',
    why: 'blanks may stand around ; and = (RFC 9112 §7.1.1), and the rest is passed over up to the end of its line, which CR LF alone ends; none is passed on',
    mend: (anatomy) => {
      anatomy.chunks = anatomy.chunks.map(({ line, data }) => ({
        data,
        line: line.replace(/^([0-9a-f]+)[\t ]*;[\t\x20-\x7e\x80-\xff]*\r\n$/i, '$1\r\n'),
      }));
    },
  },
  {
    name: 'a length among the trailers',
    ours: 'takes',
    why: 'trailers say nothing of where a message ends, and this one is not passed on (RFC 9110 §6.5.1)',
    mend: (anatomy) => {
      anatomy.trailers = anatomy.trailers.replaceAll(/^(?:content-length|transfer-encoding):.*\r\n/gim, '');
    },
    forget: (outcome) => ({ ...outcome, trailers: without(without(outcome.trailers, 'content-length'), 'transfer-encoding') }),
  },
  {
    name: 'a tab behind chunked',
    ours: 'takes',
    why: 'blanks around a value are not of it (RFC 9110 §5.5); llhttp takes the chunks for the body itself',
    mend: (anatomy) => lastHead(anatomy, (head) => head.replaceAll(/^(transfer-encoding:[\t ]*chunked)[\t ]+\r\n/gim, '$1\r\n')),
  },
  {
    name: 'an empty coding where no body follows',
    ours: 'takes',
    why: 'such an answer ends with its head, whatever its fields declare (RFC 9112 §6.3)',
    mend: (anatomy, { method }) =>
      lastHead(anatomy, (head) => (isBodyless(head, method) ? head.replaceAll(/^transfer-encoding:[\t ]*\r\n/gim, '') : head)),
    forget: (outcome) => ({ ...outcome, fields: without(outcome.fields, 'transfer-encoding') }),
  },
  {
    name: 'an answer to HEAD that tells no length',
    ours: 'takes',
    why: 'it ends with its head, so that its connection may be used again (RFC 9112 §6.3, §9.3); llhttp judges that before it knows of HEAD',
    mend: (anatomy, { method }) =>
      lastHead(anatomy, (head) => {
        if (method !== 'HEAD' || /^content-length:/im.test(head)) return head;
        return head.replaceAll(/^transfer-encoding:.*\r\n/gim, '').replace('\r\n', '\r\nContent-Length: 0\r\n');
      }),
    forget: (outcome) => ({ ...outcome, fields: without(without(outcome.fields, 'transfer-encoding'), 'content-length') }),
  },
  {
    name: 'HTTP/1.0 that keeps its connection, but closes it as well or sends chunks',
    ours: 'takes',
    why: 'close goes before keep-alive (RFC 9112 §9.3), and behind chunks in HTTP/1.0 the connection must be closed (§6.1)',
    mend: (anatomy) =>
      lastHead(anatomy, (head) =>
        /^HTTP\/1\.0/.test(head) && /^(?:connection:.*\bclose\b|transfer-encoding:)/im.test(head)
          ? head.replaceAll(/^connection:.*\r\n/gim, '')
          : head,
      ),
    forget: (outcome) => ({ ...outcome, fields: without(outcome.fields, 'connection') }),
  },
  {
    name: 'an interim answer that ends the connection',
    ours: 'takes',
    why: 'the connection ends behind the final answer, and interim ones have no say in it (RFC 9112 §9.6, RFC 9110 §15.2)',
    mend: (anatomy) => interimHeads(anatomy, (head) => head.replace(/^HTTP\/1\.0/, 'HTTP/1.1').replaceAll(/^connection:.*\r\n/gim, '')),
    forget: (outcome) => ({ ...outcome, interim: without(outcome.interim, 'connection') }),
  },
];
