/** PROXY headers as others send them, for tests. */

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

/** A header of version 2, made of its parts: version and command, family and transport, and what follows. */
export function binary(versionAndCommand: number, familyAndTransport: number, rest: Buffer, length = rest.length): Buffer {
  return Buffer.concat([signature, Buffer.from([versionAndCommand, familyAndTransport, length >> 8, length & 255]), rest]);
}

/** Two IPv4 addresses and their ports: 192.0.2.1:56324 came to 198.51.100.2:443. */
export const addresses4 = Buffer.from('c0000201c6336402dc0401bb', 'hex');

/** Two IPv6 addresses and their ports: [2001:db8::1]:56324 came to [2001:db8::2]:443. */
export const addresses6 = Buffer.from(`20010db8${'00'.repeat(11)}0120010db8${'00'.repeat(11)}02dc0401bb`, 'hex');

/** A value behind the addresses. */
export function value(type: number, bytes: Buffer, length = bytes.length): Buffer {
  return Buffer.concat([Buffer.from([type, length >> 8, length & 255]), bytes]);
}
