import type { KeyObject } from 'node:crypto';
import type { Answered } from './answered.ts';
import { type AskTerms, ask, type Question } from './ask.ts';
import { type Directory, directoryIn } from './directory.ts';
import { signedMessage } from './jws.ts';
import { AcmeProblem, problemOf } from './problem.ts';

/** How often a message is sent again since its nonce was not taken: a test authority refuses many of them on purpose. */
const mostNonces = 10;

/** An authority as one account speaks to it: every message is signed, and has a nonce that the authority gave (RFC 8555 §6). */
export class Authority {
  readonly directory: Directory;
  readonly #key: KeyObject;
  readonly #terms: AskTerms;
  /** Of the latest answer, for the next message. */
  #nonce: string | undefined;
  #account: string | undefined;

  private constructor(directory: Directory, key: KeyObject, terms: AskTerms) {
    this.directory = directory;
    this.#key = key;
    this.#terms = terms;
  }

  /** Reads the directory at `url`, and registers the account of that key, or finds it: an authority knows it by the key (RFC 8555 §7.3). */
  static async of(url: string, key: KeyObject, email: string | undefined, terms: AskTerms): Promise<Authority> {
    const authority = new Authority(directoryIn(await ask(url, {}, terms), url), key, terms);
    await authority.#register(email);
    return authority;
  }

  /** Asks for what is at an address, signed (POST-as-GET, RFC 8555 §6.3). Rejects with an AcmeProblem. */
  get(url: string, doing: string): Promise<Answered> {
    return this.#send(url, undefined, doing);
  }

  /** Sends a signed payload. Rejects with an AcmeProblem for any answer that is no 2xx. */
  post(url: string, payload: unknown, doing: string): Promise<Answered> {
    return this.#send(url, payload, doing);
  }

  /** Asks for what everybody may see, not signed. */
  look(url: string): Promise<Answered> {
    return this.#ask(url, {});
  }

  async #register(email: string | undefined): Promise<void> {
    const contact = email === undefined ? [] : [`mailto:${email}`];
    const doing = 'registering an account';
    const answered = await this.#send(this.directory.newAccount, { termsOfServiceAgreed: true, contact }, doing);
    if (!answered.location) throw new AcmeProblem(`${doing}: the answer does not say where the account is`);
    this.#account = answered.location;
    // One that was there before keeps its old address.
    if (answered.status === 200) await this.#send(answered.location, { contact }, 'telling the account’s address');
  }

  async #send(url: string, payload: unknown, doing: string): Promise<Answered> {
    for (let tries = 1; ; tries += 1) {
      const signer = { key: this.#key, ...(this.#account === undefined ? {} : { account: this.#account }) };
      const answered = await this.#ask(url, { body: signedMessage(signer, url, await this.#freshNonce(), payload) });
      if (answered.status >= 200 && answered.status <= 299) return answered;
      const problem = problemOf(answered, doing);
      if (problem.type !== 'badNonce' || tries > mostNonces) throw problem;
    }
  }

  async #freshNonce(): Promise<string> {
    if (this.#nonce === undefined) await this.#ask(this.directory.newNonce, { method: 'HEAD' });
    const nonce = this.#nonce;
    // It is good for one message.
    this.#nonce = undefined;
    if (nonce === undefined) throw new AcmeProblem(`${this.directory.newNonce} gives no nonce`);
    return nonce;
  }

  async #ask(url: string, question: Question): Promise<Answered> {
    const answered = await ask(url, question, this.#terms);
    this.#nonce = answered.nonce ?? this.#nonce;
    return answered;
  }
}
