import type { IsEnough } from './first-bytes.ts';

/** How many bytes a record of TLS begins with: its type, its version, and how many follow (RFC 8446 §5.1). */
const recordHeader = 5;

/** The first byte of a handshake's record; a request in plain HTTP begins with a letter. */
const handshakeRecord = 0x16;

/** The first byte of its version, which has stayed the same since SSL 3. */
const version = 3;

/** Enough to see whether TLS is spoken, or HTTP. */
export const isHello: IsEnough = (bytes) => bytes[0] === handshakeRecord || bytes.length >= shortestMethod;

/** Enough to see what a client offers: the whole of its first record, where it is one of TLS. */
export const isWholeHello: IsEnough = (bytes) => {
  if (bytes[0] !== handshakeRecord) return isHello(bytes);
  return bytes.length >= recordHeader && bytes.length >= recordHeader + bytes.readUInt16BE(recordHeader - 2);
};

/** `GET ` is no shorter, nor is `PRI ` of HTTP/2. */
const shortestMethod = 4;

/** What a client offers who asks for a proof (RFC 8737), as ALPN has it: with its length before it. */
const proving = Buffer.from('\x0aacme-tls/1', 'latin1');

/** Whether a client's first record may be that of an authority that asks for a proof: nothing in it is encrypted. */
export function asksForProof(hello: Buffer): boolean {
  return hello.includes(proving);
}

/** Whether what a client sent first is TLS. */
export function speaksTls(bytes: Buffer | undefined): boolean {
  return bytes !== undefined && bytes[0] === handshakeRecord && (bytes.length < 2 || bytes[1] === version);
}
