import { existsSync } from 'node:fs';
import { SourceTextModule } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { top } from '../../site/code.ts';
import { site } from '../../site/files.ts';
import { chapters } from '../../src/chapters/all.ts';

const { files, loads } = await site();
const texts = new Map<string, string>();
for (const [path, { bytes }] of files) texts.set(path, String(await bytes()));
const named = (end: string) => [...texts].filter(([path]) => path.endsWith(end));

/** What the pages and modules of the site name, as paths on the site. */
function namedBy(path: string, text: string): string[] {
  const inPages = /\s(?:src|href|data-module)="([^"#]+)"/g;
  const inModules = /['"](\.[^'"\s]+\.js)['"]/g;
  const all = [...text.matchAll(path.endsWith('.html') ? inPages : inModules)].map(([, name = '']) => name);
  return all.filter((name) => !/^https?:/.test(name)).map((name) => decodeURI(new URL(name, `http://x/${path}`).pathname.slice(1)));
}

test('has the course’s page, a page for each chapter, one stylesheet and an icon', () => {
  for (const path of ['index.html', 'style.css', 'icon.svg']) expect([...files.keys()]).toContain(path);
  expect(loads.size).toBe(chapters.length + ['index', 'quiz', 'playground'].length);
});

test('every file that a page or a module names is there', () => {
  for (const [path, text] of [...named('.html'), ...named('.js')]) {
    for (const name of namedBy(path, text)) expect([path, name, files.has(name)]).toEqual([path, name, true]);
  }
});

test('all paths are relative, so that the site can be anywhere', () => {
  for (const [path, text] of named('.html')) expect([path, text.match(/\s(?:src|href)="\/[^"]*"/g)]).toEqual([path, null]);
});

test('modules are JavaScript without types, and need nothing of Node.js', () => {
  for (const [path, text] of named('.js')) {
    expect(() => new SourceTextModule(text, { identifier: path })).not.toThrow();
    expect([path, text.match(/from\s*['"](?!\.)[^'"]+['"]/g)]).toEqual([path, null]);
  }
});

test('each page with all that it loads is at most 150 kB gzipped', () => {
  for (const [page, loaded] of loads) {
    const size = loaded.reduce((sum, path) => sum + gzipSync(texts.get(path) ?? '', { level: 9 }).length, 0);
    expect([page, size, size <= 150_000]).toEqual([page, size, true]);
  }
});

test('has nothing that its policy would block', () => {
  for (const [path, text] of named('.html')) {
    expect([path, text.match(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:/g)]).toEqual([path, null]);
  }
});

test('the code that a chapter is about is there', () => {
  for (const { code } of chapters) for (const path of code) expect([path, existsSync(new URL(path, top))]).toEqual([path, true]);
});

describe.each(named('.html'))('%s', (_path, text) => {
  test('has one h1, a way to skip to the text, and headings in order', () => {
    expect(text.match(/<h1\b/g)).toHaveLength(1);
    expect(text).toContain('<a class="skip" href="#main">');
    expect(text).toContain('<main id="main"');
    const levels = [...text.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
    for (const [at, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[at - 1] ?? 0) + 1);
  });

  test('has each id once', () => {
    const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
