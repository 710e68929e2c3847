import { readdirSync, readFileSync } from 'node:fs';
import { SourceTextModule } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { pages } from '../../src/admin/pages.ts';

const app = express().use(pages());
const folder = new URL('../../src/admin/dashboard/', import.meta.url);
const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
/** What the page loads: every module and picture, and all stylesheets as one. */
const files = [...all.filter((name) => /\.(ts|svg)$/.test(name)), 'style.css'];
const modules = files.filter((name) => name.endsWith('.ts'));
const page = async () => (await request(app).get('/')).text;

/** What a path answers, as bytes. */
async function bytesOf(path: string, encoding = 'identity') {
  const answer = request(app).get(path).set('Accept-Encoding', encoding);
  return await answer.buffer(true).parse((res, done) => {
    const chunks: Buffer[] = [];
    res.on('data', (chunk: Buffer) => chunks.push(chunk));
    res.on('end', () => done(null, Buffer.concat(chunks)));
  });
}

/** The paths of the modules that a module imports. */
function importsOf(text: string, path: string): string[] {
  return [...text.matchAll(/^\s*(?:import|export)\b[^'"]*from\s*'([^']+)'/gm)].map(
    ([, to = '']) => new URL(to, `http://x${path}`).pathname,
  );
}

test('serves the page, with what it may load and who may frame it', async () => {
  const { status, headers, text } = await request(app).get('/');
  expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-cache']);
  expect(text).toContain('<title>Load Balancer Explained</title>');
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
      "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  });
});

test('the page has no script, style or handler that its policy would block', async () => {
  expect((await page()).match(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:/g)).toBeNull();
});

test('the page names everything that it loads, so that none waits for another', async () => {
  const named = [...(await page()).matchAll(/(?:src|href)="\/dashboard\/([^"]+)"/g)].map(([, name = '']) => name);
  expect(new Set(named)).toEqual(new Set(files));
});

test('the stylesheet is all stylesheets, the basic one first', async () => {
  const { headers, body } = await bytesOf('/dashboard/style.css');
  expect(headers['content-type']).toBe('text/css; charset=utf-8');
  const parts = all.filter((name) => name.endsWith('.css')).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  for (const part of parts) expect(String(body)).toContain(part);
  expect(String(body)).toHaveLength(parts.join('').length);
  expect(String(body).startsWith(readFileSync(new URL('style/base.css', folder), 'utf8'))).toBe(true);
});

describe.each(modules)('%s', (name) => {
  test('is served as JavaScript without types, and imports only what is served', async () => {
    const { status, headers, body } = await bytesOf(`/dashboard/${name}`);
    expect([status, headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    const text = String(body);
    expect(() => new SourceTextModule(text)).not.toThrow();
    for (const path of importsOf(text, `/dashboard/${name}`)) {
      expect(modules.map((other) => `/dashboard/${other}`)).toContain(path);
    }
  });

  test('makes no markup from text', async () => {
    expect(String((await bytesOf(`/dashboard/${name}`)).body)).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser/,
    );
  });
});

test('all of it is less than 120 kB gzipped', async () => {
  const answers = await Promise.all(['/', ...files.map((name) => `/dashboard/${name}`)].map((path) => bytesOf(path, 'gzip')));
  const size = answers.reduce((sum, { headers }) => {
    expect(headers['content-encoding']).toBe('gzip');
    return sum + Number(headers['content-length']);
  }, 0);
  process.stdout.write(`the dashboard: ${files.length + 1} files, ${(size / 1000).toFixed(1)} kB gzipped\n`);
  expect(size).toBeLessThan(120_000);
});

test('is compressed only for who takes that', async () => {
  const [plain, gzipped] = [await bytesOf('/dashboard/main.ts'), await bytesOf('/dashboard/main.ts', 'gzip')];
  expect(plain.headers).not.toHaveProperty('content-encoding');
  expect(Number(gzipped.headers['content-length'])).toBeLessThan(Number(plain.headers['content-length']));
  expect(String(gzipped.body)).toBe(String(plain.body));
});

test('is not sent again while it has not changed', async () => {
  const { headers } = await request(app).get('/dashboard/main.ts');
  const again = await request(app).get('/dashboard/main.ts').set('If-None-Match', String(headers['etag']));
  expect([again.status, again.text]).toEqual([304, '']);
  expect((await request(app).get('/dashboard/main.ts').set('If-None-Match', '"other"')).status).toBe(200);
});

test('says nothing on stderr about how types are taken away', async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error) => warnings.push(warning);
  process.on('warning', hear);
  await request(express().use(pages())).get('/dashboard/bar.ts');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', hear);
  expect(warnings.map(({ name }) => name)).toEqual([]);
});

test.each([
  '/dashboard/../app.ts',
  '/dashboard/..%2Fapp.ts',
  '/dashboard/%2e%2e/app.ts',
  '/dashboard/wire/..%5c..%5c..%5capp.ts',
  '/dashboard//main.ts/../../app.ts',
  '/dashboard/tsconfig.json',
  '/dashboard/',
  '/dashboard/index.html',
  '/dashboard/nothing.ts',
  '/app.ts',
])('has nothing at %s', async (path) => {
  expect((await request(app).get(path)).status).toBe(404);
});
