import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

/** What a certificate is to be; the dates in days from now. */
export interface Wanted {
  readonly names?: readonly string[];
  readonly until?: number;
  /** The name of who signs it, made before; it signs itself otherwise. */
  readonly by?: string;
  /** As `openssl genpkey` takes it. */
  readonly key?: readonly string[];
  /** The name of a certificate whose key it has. */
  readonly sameKeyAs?: string;
}

/** A folder in which certificates are made as OpenSSL makes them; it goes with the suite. */
export function certificates() {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const fileOf = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    folder,
    fileOf,
    openssl,
    read: (name: string) => readFileSync(fileOf(name), 'utf8'),
    /** Writes a file, and says where it is. */
    written: (name: string, content: string | Buffer) => {
      writeFileSync(fileOf(name), content);
      return fileOf(name);
    },
    /** Makes NAME.pem and NAME.key; returns their paths. */
    make: (name: string, { names = ['localhost'], until = 365, by, key = ecdsa, sameKeyAs }: Wanted = {}) => {
      if (sameKeyAs === undefined) openssl('genpkey', ...key, '-out', `${name}.key`);
      else writeFileSync(fileOf(`${name}.key`), readFileSync(fileOf(`${sameKeyAs}.key`)));
      const san = names.map((each) => (/^[\d.]+$|:/.test(each) ? `IP:${each}` : `DNS:${each}`)).join(',');
      const signer = by === undefined ? [] : ['-CA', `${by}.pem`, '-CAkey', `${by}.key`];
      openssl(
        ...['req', '-x509', '-new', '-key', `${name}.key`, '-subj', `/CN=${name} in tests`, '-days', String(until), '-out', `${name}.pem`],
        ...(names.length > 0 ? ['-addext', `subjectAltName=${san}`] : []),
        ...signer,
      );
      return { cert: fileOf(`${name}.pem`), key: fileOf(`${name}.key`) };
    },
  };
}

const ecdsa = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
