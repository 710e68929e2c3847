import type { Html } from '../src/chapter.ts';
import { framed } from './frame.ts';

/** The playground: places that its scripts fill. */
export function playgroundPage(script: string, preload: readonly string[]): Html {
  return framed({
    title: 'The playground · Load balancing, explained',
    about: 'Origins, clients, policies and faults as you like them, played by a real load balancer’s code, with a link that holds it all.',
    up: '../',
    ...{ script, preload },
    main: `<header class="chapter-head">
<h1>The playground</h1>
<p class="question">Everything at once: origins, clients, faults in time, and one policy beside another with the very same requests.
What you set up is in the address, so that a link shows it to anybody, to the last dot.</p>
</header>
<noscript><p class="hint">The playground needs JavaScript: all of it is computed in your browser.</p></noscript>
<div id="tools"></div>
<section aria-labelledby="world-title"><h2 id="world-title">The world</h2><div id="stage" class="place-of-stage"></div></section>
<section aria-labelledby="results-title"><h2 id="results-title">What it comes to</h2><div id="results" aria-live="polite"></div></section>
<section aria-labelledby="setup-title"><h2 id="setup-title">Set it up</h2><div id="setup"></div></section>`,
  });
}
