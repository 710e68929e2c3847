import { valuesOf } from './asked.ts';
import type { PlainReading } from './plain.ts';

/** A kind of bytes of which it is known that what comes of them depends on how much of them is read at once. */
export interface KnownCut {
  readonly name: string;
  readonly why: string;
  readonly holds: (bytes: Buffer, plain: PlainReading) => boolean;
}

/** All of these. Each has to do with what Node's parser keeps to itself. */
export const knownCuts: readonly KnownCut[] = [
  {
    name: 'RTSP or ICE',
    why: 'the parser takes them for HTTP and says nothing of it; the line itself can be looked at only where it comes in one piece',
    holds: (bytes) => /(?:RTSP|ICE)\//.test(bytes.toString('latin1')),
  },
  {
    name: 'CONNECT behind other requests',
    why: 'Node lets go of a connection as soon as it reads one, and answers that are on their way are cut',
    holds: (_bytes, { requests }) => requests.slice(1).some(({ method }) => method === 'CONNECT'),
  },
  {
    name: 'something behind an upgrade',
    why: 'the parser stops behind a request that asks for another protocol, and the rest of that read is lost, so that it is the last one',
    holds: (_bytes, { requests }) => requests.some((asked) => valuesOf(asked, 'upgrade').length > 0),
  },
];
