import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Chapter, Html } from '../src/chapter.ts';
import { chapters } from '../src/chapters/all.ts';
import { closure, type Module, modulesFrom, placeOf, top } from './code.ts';
import { type Extra, indexPage } from './index-page.ts';
import { chapterPage, folderOf, sourcePlaceOf } from './layout.ts';
import { playgroundPage } from './playground-page.ts';
import { quizPage } from './quiz-page.ts';

/** A file of the site. Its bytes are made when they are asked for. */
export interface SiteFile {
  readonly type: string;
  readonly bytes: () => Promise<Buffer>;
}

/** The files of the site by their paths, and what each page loads. */
export interface Site {
  readonly files: ReadonlyMap<string, SiteFile>;
  /** By a page's path: the paths of all that it loads, with itself. */
  readonly loads: ReadonlyMap<string, readonly string[]>;
}

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
};

/** The parts of the one stylesheet, in the order in which they count: what the dashboard has too, then the course's own. */
const dashboard = 'balancer/src/admin/dashboard';
const styles = [
  ...['base', 'steps', 'charts'].map((name) => `${dashboard}/style/${name}.css`),
  ...['page', 'contents', 'stage', 'prediction', 'keys', 'live', 'playground', 'projector', 'print'].map(
    (name) => `learn/style/${name}.css`,
  ),
];

/** What makes a page live, and what computes beside it. */
export const pageEntry = 'learn/src/show/page.ts';
const workerEntry = 'learn/src/lab/worker.ts';

/** A page beside the chapters, and what makes it live. */
interface Beside extends Extra {
  readonly entry: string;
  readonly page: (script: string, preload: readonly string[]) => Html;
}

const playground: Beside = {
  ...{ folder: 'playground', title: 'The playground', entry: 'learn/src/playground/page.ts', page: playgroundPage },
  about: 'Everything at once: your origins, your clients, your faults, two policies side by side, and a link that holds it all.',
};

const quiz: Beside = {
  ...{ folder: 'quiz', title: 'The quiz', entry: 'learn/src/quiz/page.ts', page: quizPage },
  about: 'Twenty questions, each answered by a world that runs before your eyes.',
};

/** The pages beside the chapters, as far as their scripts are there. */
const beside: readonly Beside[] = [quiz, playground].filter(({ entry }) => isThere(entry));

/** The whole site: what `npm run learn` writes, and what the balancer serves. */
export async function site(shown: readonly Chapter[] = chapters): Promise<Site> {
  const modules = await modulesFrom([...entries(), ...shown.map(moduleOf).filter(isThere)]);
  const around = { chapters: shown, preload: isThere(pageEntry) ? [...closure(pageEntry, modules)].map(placeOf) : [] };
  const pages = new Map(shown.map((chapter) => [`${folderOf(chapter)}/index.html`, () => chapterPage(chapter, around)]));
  const sources = new Set(shown.flatMap(({ code }) => code));
  const files = new Map<string, SiteFile>([
    ['index.html', made('html', () => indexPage(shown, beside))],
    ...beside.map(({ folder, entry, page }) => {
      const preload = [...closure(entry, modules)].map(placeOf);
      return [`${folder}/index.html`, made('html', () => page(placeOf(entry), preload))] as const;
    }),
    ...[...pages].map(([path, page]) => [path, made('html', page)] as const),
    ['style.css', { type: types.css, bytes: () => joined(styles) }],
    ['icon.svg', { type: types.svg, bytes: () => joined([`${dashboard}/icon.svg`]) }],
    ...[...modules].map(([path, { text }]) => [placeOf(path), made('js', () => text)] as const),
    ...[...sources].map((path) => [sourcePlaceOf(path), { type: types.txt, bytes: () => joined([path]) }] as const),
  ]);
  return { files, loads: loadsOf(shown, modules) };
}

function entries(): string[] {
  return [pageEntry, workerEntry, ...beside.map(({ entry }) => entry)].filter(isThere);
}

function isThere(path: string): boolean {
  return existsSync(new URL(path, top));
}

function moduleOf(chapter: Chapter): string {
  return `learn/src/chapters/${folderOf(chapter)}.ts`;
}

function loadsOf(shown: readonly Chapter[], modules: ReadonlyMap<string, Module>): Site['loads'] {
  const always = ['style.css', 'icon.svg'];
  const code = (...needed: readonly string[]) => {
    const there = [workerEntry, ...needed].filter((path) => modules.has(path));
    return [...new Set(there.flatMap((path) => [...closure(path, modules, true)]))].map(placeOf);
  };
  const page = (chapter: Chapter) => `${folderOf(chapter)}/index.html`;
  return new Map([
    ['index.html', ['index.html', ...always]],
    ...shown.map((chapter) => [page(chapter), [page(chapter), ...always, ...code(pageEntry, moduleOf(chapter))]] as const),
    ...beside.map(({ folder, entry }) => {
      const path = `${folder}/index.html`;
      return [path, [path, ...always, ...code(entry)]] as const;
    }),
  ]);
}

function made(type: keyof typeof types, text: () => string): SiteFile {
  return { type: types[type], bytes: async () => Buffer.from(text()) };
}

async function joined(paths: readonly string[]): Promise<Buffer> {
  return Buffer.concat(await Promise.all(paths.map((path) => readFile(new URL(path, top)))));
}
