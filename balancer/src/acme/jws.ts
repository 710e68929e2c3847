import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** Who signs: by its public key before the authority knows it, by its account's address from then on (RFC 8555 §6.2). */
export type Signer = { readonly key: KeyObject; readonly account?: string };

/** Bytes as text that may stand in an address (RFC 4648 §5). */
export function base64url(content: string | Uint8Array): string {
  return Buffer.from(content as string).toString('base64url');
}

/** The public half of a P-256 key, its members in the order in which they are hashed (RFC 7638 §3). */
function publicMembers(key: KeyObject) {
  const { crv, kty, x, y } = createPublicKey(key).export({ format: 'jwk' });
  return { crv, kty, x, y };
}

/** What stands for an account's key in what is shown to the authority at a host (RFC 8555 §8.1). */
export function thumbprint(key: KeyObject): string {
  return createHash('sha256')
    .update(JSON.stringify(publicMembers(key)))
    .digest('base64url');
}

/** A signed message to `url`, as its body (RFC 8555 §6.2). Without a payload it only asks for what is there (§6.3). */
export function signedMessage(signer: Signer, url: string, nonce: string, payload: unknown): string {
  const who = signer.account === undefined ? { jwk: publicMembers(signer.key) } : { kid: signer.account };
  const head = base64url(JSON.stringify({ alg: 'ES256', ...who, nonce, url }));
  const body = payload === undefined ? '' : base64url(JSON.stringify(payload));
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key: signer.key, dsaEncoding: 'ieee-p1363' });
  return JSON.stringify({ protected: head, payload: body, signature: base64url(signature) });
}
