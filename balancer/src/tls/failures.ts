/** How often failed handshakes are told of at the most, in ms: who fails once mostly fails again and again, be it a scanner of the whole Internet. */
const pace = 60_000;

/** Tells of handshakes that failed, at most once a minute and with how many there were. */
export class HandshakeFailures {
  readonly #note: (message: string) => void;
  readonly #now: () => number;
  #untold = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(note: (message: string) => void, now: () => number) {
    this.#note = note;
    this.#now = now;
  }

  failed(client: string, reason: string): void {
    this.#untold += 1;
    const now = this.#now();
    if (now - this.#toldAt < pace) return;
    this.#toldAt = now;
    const others = this.#untold > 1 ? `, and ${this.#untold - 1} more since the last such line` : '';
    this.#note(`${client}: its TLS handshake failed: ${reason}${others}`);
    this.#untold = 0;
  }
}
