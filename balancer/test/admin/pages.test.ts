import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { dashboard, readPages } from '../../src/admin/pages.ts';

const app = express().use(dashboard());
const pages = readPages();

test('the page loads nothing but its own files, and they are all there', () => {
  const text = String(pages.get('index.html')?.body);
  const files = [...text.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, file = '']) => file);
  expect(files).toContain('main.ts');
  for (const [name, { body, type }] of pages) {
    if (!type.startsWith('text/javascript')) continue;
    for (const [, file = ''] of String(body).matchAll(/from '\.\/([^']+)'/g)) files.push(file);
    expect([name, /from '\.\.\//.test(String(body))]).toEqual([name, false]);
  }
  expect(files.filter((file) => !pages.has(file))).toEqual([]);
});

test('TypeScript is served as JavaScript without types', async () => {
  const { headers, text } = await request(app).get('/dot.ts').buffer(true);
  expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
  expect(text).toContain('export class Dot');
  expect(text).not.toMatch(/readonly|: number|interface /);
  for (const [name, { body, type }] of pages) {
    if (type.startsWith('text/javascript')) expect([name, /^\s*(interface|type) /m.test(String(body))]).toEqual([name, false]);
  }
});

test('all of it together is below 120 kB compressed', () => {
  const sum = [...pages.values()].reduce((bytes, { gzipped }) => bytes + gzipped.length, 0);
  expect(sum).toBeGreaterThan(5000);
  expect(sum).toBeLessThan(120_000);
});

test('a browser may load nothing else, frame it nowhere, and asks whether a file has changed', async () => {
  const { headers } = await request(app).get('/');
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  const again = await request(app).get('/').set('If-None-Match', String(headers['etag']));
  expect([again.status, again.text]).toEqual([304, '']);
});

test('the page has no script, style or handler of its own that the policy would forbid', () => {
  const text = String(pages.get('index.html')?.body);
  expect(text.match(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/g)).toBeNull();
});

test('is compressed only for who takes that', async () => {
  const plain = await request(app).get('/main.ts').set('Accept-Encoding', 'identity');
  expect(plain.headers).not.toHaveProperty('content-encoding');
  const page = pages.get('main.ts');
  expect(String(gunzipSync(page?.gzipped ?? Buffer.alloc(0)))).toBe(String(page?.body));
});

test.each(['/../app.ts', '/..%2Fapp.ts', '/tsconfig.json', '/nothing.ts', '/main.js', '/%2e%2e/errors.ts', '//main.ts'])(
  'has nothing at %s',
  async (path) => {
    expect((await request(app).get(path)).status).toBe(404);
  },
);
