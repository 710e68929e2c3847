import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { crc32c } from './crc32c.ts';

/** One end of a connection. */
export interface End {
  readonly address: string;
  readonly port: number;
}

/** The connection that a proxy speaks for: who opened it, and where to. */
export interface Ends {
  readonly source: End;
  readonly destination: End;
}

/**
 * What the first bytes of a connection are as a PROXY header: a beginning of one; one of so many bytes, that tells of a connection or, where it
 * doesn't (`LOCAL`, `UNKNOWN` and the like), has the proxy speak for itself; or none, and why.
 */
export type ProxyHeader =
  | { readonly kind: 'more' }
  | { readonly kind: 'header'; readonly length: number; readonly ends: Ends | undefined }
  | { readonly kind: 'wrong'; readonly problem: string };

/** What version 1 begins with, which is text, and version 2, which is none. */
const textStart = Buffer.from('PROXY ');
const binaryStart = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

/** The longest header of version 1, in bytes, with its end of line (proxy-protocol.txt §2.1). */
const longestText = 107;

/** The longest of version 2 that is taken, in bytes: there might be 64 KiB, most of it for what nobody here reads. */
const longestBinary = 4096;

const more: ProxyHeader = { kind: 'more' };

function wrong(problem: string): ProxyHeader {
  return { kind: 'wrong', problem };
}

/** Reads the PROXY header that a connection begins with (HAProxy's proxy-protocol.txt, versions 1 and 2). More than 4 KiB are never needed. */
export function proxyHeaderIn(bytes: Buffer): ProxyHeader {
  if (begins(bytes, textStart)) return bytes.length < textStart.length ? more : textHeader(bytes);
  if (begins(bytes, binaryStart)) return bytes.length < binaryStart.length + 4 ? more : binaryHeader(bytes);
  return wrong('what it sends first is no PROXY header');
}

/** Whether the bytes begin so, as far as they go. */
function begins(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.compare(start, 0, length, 0, length) === 0;
}

function textHeader(bytes: Buffer): ProxyHeader {
  const line = bytes.toString('latin1', 0, longestText);
  const end = line.indexOf('\r\n');
  if (end === -1) return bytes.length < longestText ? more : wrong(`the line of its PROXY header has no end after ${longestText} bytes`);
  const header = (ends: Ends | undefined): ProxyHeader => ({ kind: 'header', length: end + 2, ends });
  const text = line.slice(0, end);
  if (/^PROXY UNKNOWN(?: [^\r\n]*)?$/.test(text)) return header(undefined);
  const ends = endsInText(text);
  return ends ? header(ends) : wrong(`its PROXY header can't be read: ${text.replaceAll(/[^ -~]/g, '?')}`);
}

const port = '(0|[1-9]\\d{0,4})';
const textForm = new RegExp(`^PROXY TCP([46]) ([\\da-fA-F.:]+) ([\\da-fA-F.:]+) ${port} ${port}$`);

function endsInText(text: string): Ends | undefined {
  const [, version, from = '', to = '', fromPort, toPort] = textForm.exec(text) ?? [];
  const isAddress = version === '4' ? isIPv4 : isIPv6;
  const [source, destination] = [
    { address: from, port: Number(fromPort) },
    { address: to, port: Number(toPort) },
  ];
  if (![source, destination].every((end) => isAddress(end.address) && end.port <= 0xffff)) return undefined;
  return version === '4' ? { source, destination } : { source: inOneForm(source), destination: inOneForm(destination) };
}

/** IPv6 as the system itself would write it. */
function inOneForm({ address, port }: End): End {
  return { address: new SocketAddress({ address, family: 'ipv6' }).address, port };
}

/** How many bytes two addresses and their ports take, by their family: none where there are none, IPv4, IPv6, paths of Unix sockets. */
const addressLengths = [0, 12, 36, 216] as const;

/** There are transports 0 to 2: unspecified, streams, datagrams. */
const mostTransport = 2;

function binaryHeader(bytes: Buffer): ProxyHeader {
  const length = 16 + bytes.readUInt16BE(14);
  const problem = problemWithStart(bytes, length);
  if (problem !== undefined) return wrong(problem);
  if (bytes.length < length) return more;
  const command = halves(bytes[12])[1];
  const [family, transport] = halves(bytes[13]);
  // What follows must not even be looked at where the proxy speaks for itself, and means nothing where there is no family.
  const saysWho = command === 1 && family !== 0 && transport !== 0;
  const flaw = saysWho ? problemBehind(bytes.subarray(0, length), 16 + (addressLengths[family] ?? 0)) : undefined;
  if (flaw !== undefined) return wrong(flaw);
  return { kind: 'header', length, ends: saysWho && transport === 1 ? binaryEnds(bytes, family) : undefined };
}

/** What is wrong with the first 16 bytes, which say how long the header is. */
function problemWithStart(bytes: Buffer, length: number): string | undefined {
  const [version, command] = halves(bytes[12]);
  const [family, transport] = halves(bytes[13]);
  if (version !== 2) return `its PROXY header is of version ${version}, and there are 1 and 2`;
  if (command > 1) return `its PROXY header has the command ${command}, and there are 0 (LOCAL) and 1 (PROXY)`;
  if (addressLengths[family] === undefined || transport > mostTransport)
    return `its PROXY header is of family ${family} and transport ${transport}, which are unknown`;
  return length > longestBinary ? `its PROXY header has ${length} bytes; up to ${longestBinary} are taken` : undefined;
}

/** The upper and the lower four bits. */
function halves(byte = 0): [number, number] {
  return [byte >> 4, byte & 15];
}

/** Nothing for a Unix socket, which has no address that means something here. */
function binaryEnds(bytes: Buffer, family: number): Ends | undefined {
  if (family === 3) return undefined;
  const [size, addressIn] = family === 1 ? ([4, ipv4] as const) : ([16, ipv6] as const);
  const at = (place: number) => addressIn(bytes.subarray(16 + place * size, 16 + (place + 1) * size));
  const ports = 16 + 2 * size;
  return {
    source: { address: at(0), port: bytes.readUInt16BE(ports) },
    destination: { address: at(1), port: bytes.readUInt16BE(ports + 2) },
  };
}

function ipv4(bytes: Buffer): string {
  return bytes.join('.');
}

function ipv6(bytes: Buffer): string {
  const groups = (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
  return inOneForm({ address: groups, port: 0 }).address;
}

/** The type of what carries a checksum of the whole header (§2.2.3). */
const checksum = 3;

/** What is wrong with what stands behind the addresses: types with values, each of a length of its own. They are skipped, but for a checksum. */
function problemBehind(header: Buffer, start: number): string | undefined {
  if (start > header.length) return 'its PROXY header is too short for the addresses in it';
  for (let at = start; at < header.length; ) {
    const value = at + 3;
    const end = value <= header.length ? value + header.readUInt16BE(at + 1) : Number.POSITIVE_INFINITY;
    if (end > header.length) return 'its PROXY header ends within a value';
    if (header[at] === checksum && !hasChecksum(header, value, end)) return 'the checksum in its PROXY header is not that of its bytes';
    at = end;
  }
  return undefined;
}

/** Whether the checksum at that place is right. Where it stands itself, there are zeros as it is worked out. */
function hasChecksum(header: Buffer, at: number, end: number): boolean {
  if (end - at !== 4) return false;
  const zeroed = Buffer.from(header).fill(0, at, end);
  return crc32c(zeroed) === header.readUInt32BE(at);
}
