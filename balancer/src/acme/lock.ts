import { createHash, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Clock } from './clock.ts';
import { remove, textOf, writeWhole } from './files.ts';

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
  /** What was last seen of another's, since when, and whether somebody else was about to take it away. */
  #seen: { readonly text: string; readonly since: number; readonly isClaimed: boolean } | undefined;
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
    if (!(await this.#create()) && !(await this.#replace())) return false;
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
    if (!(await isCreated(this.#path, text))) return false;
    this.#mine = text;
    return true;
  }

  /** Puts this one in the place of somebody who is gone. */
  async #replace(): Promise<boolean> {
    const text = await textOf(this.#path);
    if (text === undefined) return this.#create();
    const now = this.#clock.now();
    if (this.#seen?.text !== text) this.#seen = { text, since: now, isClaimed: false };
    if (now - this.#seen.since < beats.gone) return false;
    return this.#claim(text);
  }

  /**
   * Of all who find that same text left behind, one may put its own there: the one who makes a file that is called after it. The lock is there
   * all the while, so that nobody else can make it.
   */
  async #claim(left: string): Promise<boolean> {
    const claim = `${this.#path}.${createHash('sha256').update(left).digest('hex').slice(0, 16)}.claim`;
    if (!(await isCreated(claim, ''))) {
      // Whoever made that file is gone as well if nothing has changed after as long again.
      if (this.#seen?.isClaimed) await remove(claim);
      this.#seen = { text: left, since: this.#clock.now(), isClaimed: !this.#seen?.isClaimed };
      return false;
    }
    try {
      if ((await textOf(this.#path)) !== left) return false;
      const text = this.#text();
      await writeWhole(this.#path, text);
      this.#mine = text;
      return true;
    } finally {
      await remove(claim);
    }
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

/** Makes a file with that text, unless there is one; says whether it did. Also of many on a shared folder, only one does. */
async function isCreated(path: string, text: string): Promise<boolean> {
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (!file) return false;
  await file.writeFile(text).finally(() => file.close());
  return true;
}
