/** Time and chance, handed in so that tests have their own. */
export interface Clock {
  /** In ms since 1970: certificates end by the world's calendar. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Does something after so many ms, 2^31 at the most. The returned function gives that up. */
  readonly after: (ms: number, work: () => void) => () => void;
}

/** The machine's; nothing that is only due keeps the process alive. */
export const machineClock: Clock = {
  now: Date.now,
  random: Math.random,
  after: (ms, work) => {
    const timer = setTimeout(work, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many ms; rejects with the signal's reason once that aborts. */
export function pause({ after }: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.reject(signal.reason);
  const giveUp = after(ms, resolve);
  const end = () => {
    giveUp();
    reject(signal.reason);
  };
  signal.addEventListener('abort', end, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', end));
}
