import { randomBytes } from 'node:crypto';
import { link, open, rename } from 'node:fs/promises';
import type { Clock } from './clock.ts';
import { missing, remove, textOf, writeWhole } from './files.ts';

/** How often the holder says that it is still there, and after how long without that it is taken for gone. In ms. */
const beats = { every: 10_000, gone: 60_000 };

/**
 * A file that one balancer at a time has, of those that share a folder. The holder writes something new into it every 10 s; who would
 * have it and sees the same for a minute, by its own clock, takes it away. So no two clocks are ever compared.
 */
export class Lock {
  readonly #path: string;
  readonly #holder: string;
  readonly #clock: Clock;
  /** What was last seen of another's, and since when. */
  #seen: { readonly text: string; readonly since: number } | undefined;
  #mine: string | undefined;
  #giveUpBeat = () => {};

  /** `holder` names this balancer and no other. */
  constructor(path: string, holder: string, clock: Clock) {
    this.#path = path;
    this.#holder = holder;
    this.#clock = clock;
  }

  /** Takes it, if nobody has it; says whether it did. `lost` is called where another takes it away. Rejects with the system's error. */
  async take(lost: () => void): Promise<boolean> {
    if (!(await this.#create()) && !((await this.#isLeft()) && (await this.#create()))) return false;
    this.#seen = undefined;
    this.#beatLater(lost);
    return true;
  }

  /** Who has it, as far as is known. */
  get holder(): string | undefined {
    return this.#seen && /"holder":"([^"]*)"/.exec(this.#seen.text)?.[1];
  }

  async release(): Promise<void> {
    this.#giveUpBeat();
    const mine = this.#mine;
    this.#mine = undefined;
    if (mine !== undefined && (await textOf(this.#path)) === mine) await remove(this.#path);
  }

  /** Makes the file, unless there is one. */
  async #create(): Promise<boolean> {
    const text = this.#text();
    const file = await open(this.#path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (!file) return false;
    await file.writeFile(text).finally(() => file.close());
    this.#mine = text;
    return true;
  }

  /** Whether the file was left by somebody who is gone; then it is away. */
  async #isLeft(): Promise<boolean> {
    const text = await textOf(this.#path);
    if (text === undefined) return true;
    const now = this.#clock.now();
    if (this.#seen?.text !== text) this.#seen = { text, since: now };
    return now - this.#seen.since >= beats.gone && this.#takeAway(text);
  }

  /** Takes a file away that has still that text. Another may have done so since, and made one of its own: that one is put back. */
  async #takeAway(text: string): Promise<boolean> {
    const aside = `${this.#path}.${randomBytes(6).toString('hex')}.tmp`;
    await rename(this.#path, aside).catch(missing);
    const taken = await textOf(aside);
    if (taken !== undefined && taken !== text) await link(aside, this.#path).catch(() => {});
    await remove(aside);
    return taken === undefined || taken === text;
  }

  #beatLater(lost: () => void): void {
    this.#giveUpBeat = this.#clock.after(beats.every, () => void this.#beat(lost));
  }

  async #beat(lost: () => void): Promise<void> {
    if (this.#mine === undefined) return;
    try {
      if ((await textOf(this.#path)) !== this.#mine) return lost();
      if (this.#mine === undefined) return;
      this.#mine = this.#text();
      await writeWhole(this.#path, this.#mine);
    } catch {
      // A folder that is away for a moment is no reason to give up; who finds it without a beat for long takes the lock.
    }
    this.#beatLater(lost);
  }

  #text(): string {
    return JSON.stringify({ holder: this.#holder, at: new Date(this.#clock.now()).toISOString(), beat: randomBytes(6).toString('hex') });
  }
}
