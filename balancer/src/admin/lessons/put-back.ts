/** Puts something back as it was. Resolves with a sentence where somebody else has changed it meanwhile, and it was left as it is. */
export type Undo = () => Promise<string | undefined> | string | undefined;

/** Remembers how everything was that a check changes, and puts it back. */
export class PutBack {
  readonly #undos: Undo[] = [];

  /** Remembers; to be called before the change is made. */
  add(undo: Undo): void {
    this.#undos.push(undo);
  }

  /**
   * Puts everything back, the latest first, whatever goes wrong in between. Resolves with a sentence for each thing that is not as it was
   * before. Calling it again does nothing.
   */
  async all(): Promise<string[]> {
    const sentences: string[] = [];
    for (let undo = this.#undos.pop(); undo; undo = this.#undos.pop()) {
      try {
        const sentence = await undo();
        if (sentence !== undefined) sentences.push(sentence);
      } catch (error) {
        sentences.push(`this could not be put back: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return sentences;
  }
}
