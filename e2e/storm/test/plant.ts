/** Undoes what was planted. */
const undo: (() => void)[] = [];

/** Takes everything out again that was planted. */
export function clean(): void {
  for (const back of undo.splice(0)) back();
}

/** Puts another method in the place of one; it is handed the one that was there. */
export function plant<Kind extends object, Name extends keyof Kind & string>(
  { prototype }: { readonly prototype: Kind },
  name: Name,
  // biome-ignore lint/suspicious/noExplicitAny: methods of all kinds are planted over
  bug: (this: Kind, right: (...args: any[]) => any, ...args: any[]) => unknown,
): void {
  const before = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
  undo.push(() => Object.defineProperty(prototype, name, before));
  if (before.get) {
    const { get } = before;
    Object.defineProperty(prototype, name, {
      ...before,
      get(this: Kind) {
        return bug.call(this, get.bind(this));
      },
    });
    return;
  }
  Object.defineProperty(prototype, name, {
    ...before,
    value(this: Kind, ...args: unknown[]) {
      return bug.call(this, before.value.bind(this), ...args);
    },
  });
}

/** What is planted, what must be found, and a seed that soon does: where the brain has changed, that may be a later one. */
export type Bug = [what: string, problem: RegExp, seed: number, plantIt: () => void];

/** True once in so many times. */
export const every = (times: number) => {
  let count = 0;
  return () => {
    count += 1;
    return count % times === 0;
  };
};
