import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifier, inPlace, integer, sequence, setOf, text, time } from './acme/der.ts';
import { extension, pem, publicKeyOf, signed, signedBy } from './acme/x509.ts';

// Starts a balancer; with `--tls` among its arguments, one that speaks TLS at port 8443 with a certificate of its own, which is made where there is
// none yet. What `npm start` and the compose file's profile `tls` use; docs/tls.md has what is for real.

const day = 24 * 3_600_000;

/** As long as macOS takes one at the most (825 days), and a bit less. */
const life = 800 * day;

const isOverTls = process.argv.includes('--tls');
process.argv = process.argv.filter((arg) => arg !== '--tls');
// First, so that whoever gives another port gets that.
if (isOverTls) process.argv.splice(2, 0, '--tls-port=8443', ...pairIn(process.env['CERTIFICATES'] ?? 'certificates'));
await import('./main.ts');

/** The flags that name a pair in a folder, once there is one. */
function pairIn(folder: string): string[] {
  const [certFile, keyFile] = [join(folder, 'localhost.pem'), join(folder, 'localhost.key')];
  if (!existsSync(certFile) || !existsSync(keyFile)) {
    const { cert, key } = selfSigned(Date.now());
    mkdirSync(folder, { recursive: true });
    writeFileSync(keyFile, key, { mode: 0o600 });
    writeFileSync(certFile, cert);
    console.log(`made ${certFile} and its key, for localhost`);
  }
  console.log(
    [
      `https://localhost:8443 shows ${certFile}, which it has signed itself, so that browsers warn until you trust it:`,
      `  for one request:  curl --cacert ${certFile} https://localhost:8443`,
      `  in macOS:         security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${certFile}`,
      `  in Chrome, Linux: certutil -d sql:$HOME/.pki/nssdb -A -t P,, -n load-balancer -i ${certFile}`,
      `  in Firefox:       choose Advanced and accept it once; or have mkcert make a pair that all browsers here believe: docs/tls.md`,
    ].join('\n'),
  );
  return [`--tls-cert=${certFile}`, `--tls-key=${keyFile}`];
}

/** A certificate for this machine's own names, which it has signed itself, and its key. `now` is in ms since 1970. */
function selfSigned(now: number): { readonly cert: string; readonly key: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(setOf(sequence(identifier('2.5.4.3'), text('localhost'))));
  const names = [
    inPlace(2, 'simple', Buffer.from('localhost')),
    inPlace(7, 'simple', Buffer.from([127, 0, 0, 1])),
    inPlace(7, 'simple', Buffer.concat([Buffer.alloc(15), Buffer.from([1])])),
  ];
  const what = sequence(
    inPlace(0, 'joined', integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    signedBy,
    name,
    sequence(time(now - day), time(now + life - day)),
    name,
    publicKeyOf(createPublicKey(privateKey)),
    // The names (RFC 5280 §4.2.1.6), and that it is a server's (§4.2.1.12).
    inPlace(
      3,
      'joined',
      sequence(extension('2.5.29.17', sequence(...names)), extension('2.5.29.37', sequence(identifier('1.3.6.1.5.5.7.3.1')))),
    ),
  );
  return { cert: pem('CERTIFICATE', signed(what, privateKey)), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}
