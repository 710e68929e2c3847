import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer, type SecureServerOptions } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const folder = new URL('./certificate/', import.meta.url);

/** The file of the certificate that origins over TLS have in tests; for `NODE_EXTRA_CA_CERTS`. It names localhost and 127.0.0.1. */
export const certificateFile = fileURLToPath(new URL('certificate.pem', folder));

/** The file of another certificate; `certificate/make.sh` says what each is. */
export function fileOf(name: string): string {
  return fileURLToPath(new URL(`${name}.pem`, folder));
}

/** What an origin shows who it is by: certificates, its own first, and the key that all of them have. */
export function identityBy(...names: readonly string[]) {
  return { cert: names.map((name) => readFileSync(fileOf(name), 'utf8')).join(''), key: readFileSync(fileOf('key')) };
}

/** The usual certificate and its key. */
export const identity = identityBy('certificate');

/** An origin over TLS that prefers HTTP/2, as most do, and speaks HTTP/1.1 with those who prefer that. */
export interface TlsOrigin {
  readonly port: number;
  readonly server: Http2SecureServer;
  /** What each request was: its HTTP version, method, target, and the name that the TLS handshake asked for. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Starts one, which answers every request with its HTTP version; with what else a server over TLS can be told. */
export async function startTlsOrigin(options: SecureServerOptions = {}): Promise<TlsOrigin> {
  const requests: string[] = [];
  const server = createSecureServer({ ...identity, allowHTTP1: true, ...options }, (req, res) => {
    const { servername } = req.socket as typeof req.socket & { readonly servername?: string | false };
    requests.push(`${req.httpVersion} ${req.method} ${req.url} ${servername || 'no name'}`);
    res.end(`over ${req.httpVersion}`);
  });
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('secureConnection', (socket) => sockets.add(socket));
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, server, requests, close };
}

/** Starts an origin over TLS that speaks HTTP/1.1 alone. */
export async function startOldTlsOrigin(): Promise<Pick<TlsOrigin, 'port' | 'requests' | 'close'>> {
  const requests: string[] = [];
  const server = createServer(identity, (req, res) => {
    requests.push(`${req.httpVersion} ${req.method} ${req.url}`);
    res.end(`over ${req.httpVersion}`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = async () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, requests, close };
}
