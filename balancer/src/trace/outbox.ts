import type { World } from '../brain/world.ts';
import type { Verdict } from './collector.ts';

/** What an outbox works with. */
export interface OutboxParts {
  /** Sends spans, with commas between, and tells what came of it; never rejects. `most` is how long that may take, in ms. */
  readonly send: (spans: string, most: number) => Promise<Verdict>;
  readonly world: Pick<World, 'now' | 'random' | 'after'>;
  /** Told how many spans were taken, and how many were lost and why. */
  readonly taken: (count: number) => void;
  readonly lost: (count: number, why: string) => void;
}

/** Spans of one exchange after the other. */
interface Batch {
  readonly parts: string[];
  spans: number;
  characters: number;
}

/** A batch is sent once it has so many spans, or is so long, in characters, or so old, in ms. */
const [fullSpans, fullLength, fullAge] = [512, 1024 ** 2, 1000];

/** What waits at the most, what is being sent not included: in spans, and in characters. */
const [mostSpans, mostLength] = [4096, 8 * 1024 ** 2];

/** How often a batch is sent at the most, how long one try may take, and the first and the longest pause before another, in ms. */
const [mostTries, oneTry, firstPause, longestPause] = [5, 10_000, 1000, 30_000];

/** Spans on their way to a collector, in batches, one at a time. What comes faster than it is taken is lost and counted; nothing ever waits. */
export class Outbox {
  readonly #parts: OutboxParts;
  #gathered: Batch = emptyBatch();
  readonly #full: Batch[] = [];
  #waiting = { spans: 0, characters: 0 };
  #sending: Promise<void> | undefined;
  #endTimer: (() => void) | undefined;
  /** Until when all has to be over, on the world's clock. */
  #deadline = Number.POSITIVE_INFINITY;
  #endPause: (() => void) | undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Takes the spans of one exchange. */
  put(spans: string, count: number): void {
    const { spans: waiting, characters } = this.#waiting;
    if (waiting + count > mostSpans || characters + spans.length > mostLength) {
      this.#parts.lost(count, 'it does not take them as fast as they come');
      return;
    }
    this.#waiting = { spans: waiting + count, characters: characters + spans.length };
    const batch = this.#gathered;
    batch.parts.push(spans);
    batch.spans += count;
    batch.characters += spans.length;
    if (batch.spans >= fullSpans || batch.characters >= fullLength) this.#close();
    else this.#endTimer ??= this.#parts.world.after(fullAge, () => this.#close());
  }

  /** Sends what there is; resolves when that is done, or after `most` ms, when what is left is lost. Nothing may be put in afterwards. */
  async stop(most: number): Promise<void> {
    const { world, lost } = this.#parts;
    this.#deadline = world.now() + most;
    this.#endPause?.();
    this.#close();
    let end: (() => void) | undefined;
    const late = new Promise<void>((resolve) => {
      end = world.after(most, resolve);
    });
    await Promise.race([this.#sending, late]);
    end?.();
    const left = this.#full.splice(0).reduce((sum, { spans }) => sum + spans, 0);
    if (left > 0) lost(left, 'the balancer stopped');
  }

  /** What was gathered goes, as soon as what went before is there. */
  #close(): void {
    this.#endTimer?.();
    this.#endTimer = undefined;
    if (this.#gathered.spans > 0) this.#full.push(this.#gathered);
    this.#gathered = emptyBatch();
    if (this.#full.length > 0) this.#sending ??= this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    for (let batch = this.#full[0]; batch; batch = this.#full[0]) {
      const { taken, lost, why } = await this.#fateOf(batch);
      // Where a stop took too long, it was counted as lost already.
      if (this.#full[0] !== batch) break;
      this.#full.shift();
      this.#waiting = { spans: this.#waiting.spans - batch.spans, characters: this.#waiting.characters - batch.characters };
      if (lost > 0) this.#parts.lost(lost, why);
      if (taken > 0) this.#parts.taken(taken);
    }
    this.#sending = undefined;
  }

  /** Sends a batch until it is taken, refused, or was sent too often; tells how many of its spans were taken and how many were not. */
  async #fateOf({ parts, spans }: Batch): Promise<{ readonly taken: number; readonly lost: number; readonly why: string }> {
    const text = parts.join(',');
    for (let tries = 1; ; tries += 1) {
      const verdict = await this.#parts.send(text, Math.min(oneTry, this.#left()));
      const { why } = verdict;
      if (verdict.kind === 'taken') return { taken: spans - verdict.rejected, lost: verdict.rejected, why };
      const pause = pauseAfter(tries, verdict, this.#parts.world.random());
      if (verdict.kind === 'refused' || tries === mostTries || pause >= this.#left()) return { taken: 0, lost: spans, why };
      await this.#pause(pause);
    }
  }

  #left(): number {
    return Math.max(1, this.#deadline - this.#parts.world.now());
  }

  /** A pause that a stop ends. */
  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.world.after(ms, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
    this.#endPause = undefined;
  }
}

function emptyBatch(): Batch {
  return { parts: [], spans: 0, characters: 0 };
}

/** How long to wait after so many tries: as long as the collector says, else twice as long each time and a little by chance; never too long. */
function pauseAfter(tries: number, { after }: Verdict & { readonly after?: number | undefined }, chance: number): number {
  return Math.min(longestPause, after ?? firstPause * 2 ** (tries - 1) * (0.75 + chance / 2));
}
