import type { Body } from '../admit/road-exchange.ts';
import { Deadline } from '../brain/deadlines.ts';
import { mayBeRepeated } from '../brain/dispatch/retry.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import { ClientLeft, ClientStalled, type Intake, type Silence, Upload } from './upload.ts';

/** The longest body that is read whole before it is sent, so that it can be sent again; in bytes. */
const keptUpTo = 64 * 1024;

/** The most pieces that a body is kept in: a piece has a price of its own, and a client chooses how small they are. */
const mostPieces = 64;

/**
 * Whether a request's body is worth keeping: a known length of up to 64 KiB, or chunks where the method may be repeated. Chunks of
 * others, which keeping would only delay, may be one half of a conversation.
 */
export function isToBeKept({ method, headers }: RoadRequest): boolean {
  if (headers['transfer-encoding'] !== undefined) return mayBeRepeated(method);
  const length = Number(headers['content-length'] ?? 0);
  return length > 0 && length <= keptUpTo;
}

/**
 * Reads a body whole, before it is sent. `take` counts what has come, and says whether there is room for it. Where the body
 * turns out to be too long, or there is no room, resolves with a stream that begins with what was read. Rejects with ClientStalled, BodyTooLong, ClientLeft or what else went wrong with the request. An answer that is over ends it
 * too: Node forgets a request that was answered before it came whole, and never says that it closed.
 */
export function keptBody(
  request: RoadRequest,
  reply: Reply,
  silence: Silence,
  intake: Intake,
  take: (bytes: number) => boolean,
): Promise<Body> {
  const { promise, resolve, reject } = Promise.withResolvers<Body>();
  const { stream } = request;
  let pieces: Buffer[] = [];
  let length = 0;
  const stalled = new Deadline(silence.deadlines, () => end(() => reject(new ClientStalled())));
  stalled.in(silence.patience);

  const end = (settle: () => void) => {
    stalled.end();
    if (isHandedOver) request.handBack();
    else stream.off('data', onData).off('end', onEnd);
    stream.off('close', onClose).off('error', onError);
    settle();
  };
  const onData = (piece: Buffer) => {
    stalled.in(silence.patience);
    const wrong = intake.take(piece.length);
    if (wrong) return end(() => reject(wrong));
    if (pieces.length === mostPieces) pieces = [Buffer.concat(pieces)];
    pieces.push(piece);
    length += piece.length;
    if (length <= keptUpTo && take(piece.length)) return;
    stream.pause();
    const upload = new Upload(request, silence, intake, pieces);
    // Where the request is answered and no origin was there to read it, its rest is still in the way of the next one.
    reply.whenClosed(() => upload.dropUnsent());
    end(() => resolve(upload));
  };
  const onEnd = () => end(() => resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)));
  const onClose = () => end(() => reject(new ClientLeft()));
  const onError = (error: Error) => end(() => reject(request.hasLeft ? new ClientLeft() : error));
  stream.on('close', onClose).on('error', onError);
  const isHandedOver = request.handOver({ piece: onData, end: onEnd });
  if (!isHandedOver) stream.on('data', onData).on('end', onEnd);
  reply.whenClosed(onClose);
  return promise;
}
