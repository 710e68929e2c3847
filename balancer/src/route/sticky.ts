import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { cookieIn } from '../admit/cookies.ts';

const cipher = 'aes-256-gcm';
const nonceSize = 12;
const tagSize = 16;

/** Names are filled up to a multiple of this many bytes, so that a cookie's length says little about its origin's name. */
const blockSize = 64;

/**
 * Sticky sessions: a cookie that leads a client back to the origin that it was at first. The origin's name in it is encrypted
 * and authenticated (AES-256-GCM), so that a client can neither read nor make one; each cookie is another, even for one origin.
 */
export class Stickiness {
  readonly #cookie: string;
  readonly #key: Buffer;

  /** Who has the secret can make cookies; balancers that share it understand each other's. */
  constructor(cookie: string, secret: string) {
    this.#cookie = cookie;
    this.#key = createHash('sha256').update(secret).digest();
  }

  /** The id of the origin that a request with this Cookie field should go to; nothing where there is no cookie of ours. */
  originIn(field: string | undefined): string | undefined {
    const value = cookieIn(field, this.#cookie);
    return value === undefined ? undefined : this.#opened(Buffer.from(value, 'base64url'));
  }

  /** A Set-Cookie field's value that leads a client to an origin. `secure` is whether the client came over TLS. */
  cookieFor(id: string, secure: boolean): string {
    return `${this.#cookie}=${this.#sealed(id).toString('base64url')}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  }

  #sealed(id: string): Buffer {
    const nonce = randomBytes(nonceSize);
    const sealing = createCipheriv(cipher, this.#key, nonce);
    const text = id.padEnd(Math.ceil(id.length / blockSize) * blockSize);
    const sealed = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
    return Buffer.concat([nonce, sealing.getAuthTag(), sealed]);
  }

  #opened(bytes: Buffer): string | undefined {
    if (bytes.length <= nonceSize + tagSize) return undefined;
    const opening = createDecipheriv(cipher, this.#key, bytes.subarray(0, nonceSize));
    opening.setAuthTag(bytes.subarray(nonceSize, nonceSize + tagSize));
    try {
      const text = opening.update(bytes.subarray(nonceSize + tagSize));
      return Buffer.concat([text, opening.final()]).toString('utf8').trimEnd();
    } catch {
      // Somebody else's cookie, or one of another secret.
      return undefined;
    }
  }
}
