import type { Chapter } from '../chapter.ts';

/** The chapters of the course, in their order. */
export const chapters: readonly Chapter[] = [];
