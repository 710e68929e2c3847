import type { Socket } from 'node:net';
import type { Refusal } from '../../brain/exchange/refusals.ts';
import type { ParserError } from '../rejection.ts';
import type { ClientConnection } from '../request.ts';
import { speaksTls } from './tls-hello.ts';

/** What is told to who speaks plain HTTP to a port over TLS. */
export const plainToTls: Refusal = '400 Bad Request: this port speaks TLS, and was spoken to in plain HTTP; ask for https://';

/** What is noted of who speaks TLS to a plain port; who speaks that could read no answer. */
export const tlsToPlain: Refusal = '400 Bad Request: this port speaks plain HTTP, and was spoken to in TLS; ask for http://';

/** Whether these first bytes look like a request in plain HTTP: a method (RFC 9110 §9.1) and a space, as far as they go. */
export function looksLikeHttp(bytes: Buffer): boolean {
  return /^[A-Z-]{3,20}(?: |$)/.test(bytes.toString('latin1', 0, 24));
}

/** Whether what could not be read is the first thing that a client said, in TLS and on a connection that is not over it. */
export function isTlsGreeting({ rawPacket }: ParserError, socket: Socket): boolean {
  return speaksTls(rawPacket) && socket.bytesRead === rawPacket?.length && (socket as ClientConnection).encrypted !== true;
}
