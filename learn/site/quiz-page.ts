import type { Html } from '../src/chapter.ts';
import { framed } from './frame.ts';

/** The quiz: a place that its scripts fill. */
export function quizPage(script: string, preload: readonly string[]): Html {
  return framed({
    title: 'The quiz · Load balancing, explained',
    about: 'Twenty questions about load balancing, each answered by a world that runs before your eyes.',
    up: '../',
    ...{ script, preload },
    main: `<header class="chapter-head">
<h1>The quiz</h1>
<p class="question">Twenty questions. None has its answer written down anywhere: when you have said yours, the world that the question is about
is played, and you see what comes of it.</p>
</header>
<noscript><p class="hint">The quiz needs JavaScript: its answers are computed in your browser.</p></noscript>
<div id="score"></div>
<section id="question" aria-live="off"></section>`,
  });
}
