import type { Chapter } from '../chapter.ts';
import { chapter as first } from './01-one-request.ts';

/** The course, in order. */
export const chapters: readonly Chapter[] = [first];
