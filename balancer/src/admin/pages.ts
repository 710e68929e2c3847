import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type RequestHandler, Router } from 'express';
import { serveFile } from './serve-file.ts';
import { withoutTypes } from './without-types.ts';

/** What the dashboard consists of; anything else in its folder is not for browsers. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
  // What a package has in its place.
  '.js': 'text/javascript; charset=utf-8',
};

/** The parts of the one stylesheet that the page loads, in the order in which they count. */
const styles = ['base', 'layout', 'pools', 'picture', 'origins', 'requests', 'steps', 'charts'].map((name) => `style/${name}.css`);

/** Rooms that run in browsers as they do here; anything in them is for everybody. */
const rooms = ['brain', 'simulate'];
const source = new URL('../', import.meta.url);

/**
 * Serves the dashboard: its page at `/`, everything the page loads under `/dashboard/`, all stylesheets as one; and the code that
 * decides, under `/brain/` and `/simulate/`, so that a page can play it. Which files there are is read once, and only these are served, so that no path leads anywhere else.
 */
export function pages(): Router {
  const router = Router();
  const folder = new URL('dashboard/', import.meta.url);
  for (const path of filesIn(folder)) {
    if (styles.includes(path)) continue;
    router.get(path === 'index.html' ? '/' : `/dashboard/${path}`, page(new URL(path, folder)));
  }
  for (const path of rooms.flatMap((room) => filesIn(new URL(room, source)).map((name) => `${room}/${name}`))) {
    router.get(`/${path}`, page(new URL(path, source)));
  }
  router.get('/dashboard/style.css', page(...styles.map((path) => new URL(path, folder))));
  return router;
}

/** The paths of the files in a folder that are for browsers. */
function filesIn(folder: URL): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  return names.filter((path) => types[extname(path)] !== undefined);
}

/** Answers with a file, or several as one. */
function page(...files: readonly URL[]): RequestHandler {
  const extension = extname(files[0]?.pathname ?? '');
  const bytes = async () => {
    const text = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('');
    return Buffer.from(extension === '.ts' ? withoutTypes(text) : text);
  };
  return serveFile({ type: types[extension] ?? '', bytes });
}
