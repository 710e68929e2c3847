import { type Chapter, type Html, wholeCourse } from '../src/chapter.ts';
import { escaped, framed } from './frame.ts';
import { folderOf } from './layout.ts';

/** The page that one comes to first: what this is, for whom, and its chapters. */
export function indexPage(chapters: readonly Chapter[], extras: readonly Extra[]): Html {
  const items = chapters.map(
    (chapter) =>
      `<li><a href="${folderOf(chapter)}/index.html"><span class="number">${chapter.number}</span><span class="name">${escaped(chapter.title)}</span><span class="asks">${chapter.question.replaceAll(/<\/?a\b[^>]*>/g, '')}</span></a></li>`,
  );
  const [first] = chapters;
  const main = `<header class="chapter-head">
<h1>Load balancing, explained</h1>
<p class="question">Many people want something at once, and there are several servers. Who gets whom? It sounds simple. You will be surprised.</p>
${first ? `<p><a class="begin" href="${folderOf(first)}/index.html">Begin with chapter ${first.number}</a></p>` : ''}
</header>
<section class="part" aria-labelledby="about-title">
<h2 id="about-title">What this is</h2>
<div class="text">
<p>A course of short chapters. Each asks a question, shows a small world that runs before your eyes, and has you guess before it tells.
Then it says why, takes one request apart, and lets you turn the knobs.</p>
<p><strong>For whom:</strong> for anybody who is curious. You need to know nothing: not what a server is, not how to program. Who runs
servers for a living will find claims with numbers, each computed on your screen there and then, and the papers behind them.</p>
<p><strong>How long:</strong> five minutes a chapter, so about an hour for all. Nothing has to be installed.</p>
<p><strong>Is it real?</strong> The worlds are simulated, but what decides in them is the code of a real load balancer, line by line the same.
Where that balancer runs, each chapter ends with commands that show the same on your own machine.</p>
</div>
</section>
<section class="part" aria-labelledby="chapters-title">
<h2 id="chapters-title">The chapters</h2>
<ol class="contents">${items.join('\n')}</ol>
${chapters.length < wholeCourse ? `<p class="hint">${chapters.length} of ${wholeCourse} are written; the others are on their way.</p>` : ''}
</section>
${extras.length === 0 ? '' : `<section class="part" aria-labelledby="extras-title">\n<h2 id="extras-title">And then</h2>\n<ul class="contents">${extras.map(extra).join('\n')}</ul>\n</section>`}`;
  return framed({
    title: 'Load balancing, explained',
    about: 'A course in short chapters: guess, see it run by a real load balancer’s code in your browser, and know why.',
    up: '',
    main,
  });
}

/** A page beside the chapters, such as the playground. */
export interface Extra {
  readonly folder: string;
  readonly title: string;
  readonly about: string;
}

function extra({ folder, title, about }: Extra): Html {
  return `<li><a href="${folder}/index.html"><span class="number" aria-hidden="true">★</span><span class="name">${escaped(title)}</span><span class="asks">${escaped(about)}</span></a></li>`;
}
