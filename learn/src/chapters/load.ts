import type { Chapter } from '../chapter.ts';

/** Loads a chapter by its number: a page needs no other one's code. */
export const chapters: Readonly<Record<number, () => Promise<Chapter>>> = {
  1: async () => (await import('./01-one-request.ts')).chapter,
};
