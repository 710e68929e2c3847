import { type Chapter, type Html, type Prediction, wholeCourse } from '../src/chapter.ts';
import { placeOf } from './code.ts';
import { escaped, framed } from './frame.ts';

/** What a chapter's page has to know of the site around it. */
export interface Around {
  readonly chapters: readonly Chapter[];
  /** The modules that the page can't begin without, as places on the site. */
  readonly preload: readonly string[];
}

/** The last part of a chapter's address, which is its file's name too. */
export function folderOf({ number, slug }: Chapter): string {
  return `${String(number).padStart(2, '0')}-${slug}`;
}

/** A chapter's page: all text is in it, and places where the scripts put what moves. */
export function chapterPage(chapter: Chapter, { chapters, preload }: Around): Html {
  const { number, title, question, look, prediction, keys, why, tries } = chapter;
  const module = placeOf(`learn/src/chapters/${folderOf(chapter)}.ts`);
  const main = `<header class="chapter-head part">
<p class="place">Chapter ${number} of ${wholeCourse}</p>
<progress max="${wholeCourse}" value="${number}" aria-label="How far this is into the course"></progress>
<h1>${escaped(title)}</h1>
<div class="question">${paragraphs(question)}</div>
</header>
${part('look', 'Look', `<div class="text">${paragraphs(look)}</div>\n<div class="place-of-stage" data-part="stage">${needsScripts('Here, a small world runs')}</div>`)}
${part('guess', 'What do you think?', `<div class="text prompt">${paragraphs(prediction.prompt)}</div>\n<div class="prediction">${onPaper(prediction)}<div data-part="prediction"></div></div>`)}
${part('happened', 'What happened', `<div class="happened" data-part="happened"><p class="hint wait-for-guess">Guess first: it is told right after.</p>${needsScripts('What happens is computed in your browser: this part')}</div>`)}
${keys ? part('keys', 'Key by key', `<div class="text">${paragraphs(keys.text)}</div>\n<div data-part="keys">${needsScripts('The grid of keys')}</div>`) : ''}
${part('why', 'Why', `<div class="text">${paragraphs(why)}</div>\n<h3 class="of-request">One request, step by step</h3>\n<div data-part="request">${needsScripts('Going through a request')}</div>`)}
${part('try', 'Try', `<div class="text">${paragraphs(tries.text)}</div>\n<div data-part="knobs">${needsScripts('Changing the world')}</div>`)}
${part('own', 'On your own stack', own(chapter))}
${part('more', 'Where to go on', more(chapter))}
${turn(number, chapters)}`;
  return framed({
    title: `${number}. ${title} · Load balancing, explained`,
    about: plain(question),
    up: '../',
    ...(preload.length > 0 && { script: placeOf('learn/src/show/page.ts'), preload: [...preload, module] }),
    main,
    marks: ` data-chapter="${number}" data-module="../${module}"`,
  });
}

function part(id: string, title: string, content: Html): Html {
  return `<section id="${id}" class="part of-${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>`;
}

/** HTML that isn't one of paragraphs yet becomes one. */
function paragraphs(html: Html): Html {
  return /^\s*<(p|ul|ol|table|h3|div|dl|figure|blockquote)\b/.test(html) ? html : `<p>${html}</p>`;
}

function needsScripts(what: string): Html {
  return `<noscript><p class="hint">${what}, which needs JavaScript. The text tells the rest.</p></noscript>`;
}

/** The question as it can be answered with a pen: what is printed, or read without scripts. */
function onPaper(prediction: Prediction): Html {
  if (prediction.kind === 'choice') {
    return `<ul class="on-paper">${prediction.options.map(({ label }) => `<li>${label}</li>`).join('')}</ul>`;
  }
  if (prediction.kind === 'curve') {
    return `<p class="on-paper drawn">Draw it: ${escaped(prediction.y.label)}, by ${escaped(prediction.x.label)}.</p>`;
  }
  return `<p class="on-paper">Your guess, between ${prediction.from} and ${prediction.to}${escaped(prediction.unit)}: <span class="blank"></span></p>`;
}

function own({ own: { text, commands } }: Chapter): Html {
  const lines = commands.map((command) => `<div class="command"><pre><code>${escaped(command)}</code></pre></div>`);
  return `<div class="text">${paragraphs(text)}</div>\n${lines.join('\n')}\n<div class="live" data-part="live"></div>`;
}

function more({ sources, code }: Chapter): Html {
  const said = sources.map(({ title, url }) => `<li><a href="${escaped(url)}" rel="noreferrer">${escaped(title)}</a></li>`);
  const read = code.map((path) => `<li><a href="../${sourcePlaceOf(path)}"><code>${escaped(path)}</code></a></li>`);
  return `${list('Who said so', said)}\n${list('The code that this was', read)}`;
}

function list(title: string, items: readonly Html[]): Html {
  return items.length === 0 ? '' : `<h3>${title}</h3>\n<ul class="links">${items.join('')}</ul>`;
}

/** Where the source of a file is on the site, as text that every browser shows. */
export function sourcePlaceOf(path: string): string {
  return `source/${path}.txt`;
}

/** The way on and back. */
function turn(number: number, chapters: readonly Chapter[]): Html {
  const place = chapters.findIndex((one) => one.number === number);
  const [before, after] = [chapters[place - 1], chapters[place + 1]];
  const way = (to: Chapter | undefined, rel: string, word: string) =>
    to
      ? `<a class="${rel}" rel="${rel}" href="../${folderOf(to)}/index.html"><span>${word}</span>${to.number}. ${escaped(to.title)}</a>`
      : '';
  const on = after ? way(after, 'next', 'Next') : '<a class="next" href="../index.html"><span>That was all</span>Back to the course</a>';
  return `<nav class="turn" aria-label="Chapters">${way(before, 'prev', 'Before')}${on}</nav>`;
}

function plain(html: Html): string {
  return html.replaceAll(/<[^>]+>/g, '').replaceAll('&amp;', '&');
}
