import type { Html } from '../src/chapter.ts';

/** What is the same on every page, and what differs. */
export interface Frame {
  readonly title: string;
  readonly about: string;
  /** From the page to the site's top: empty or `../`. */
  readonly up: string;
  /** Of the module that makes the page live, and all that it needs, from the site's top. */
  readonly script?: string;
  readonly preload?: readonly string[];
  readonly main: Html;
  /** Attributes of `<body>`. */
  readonly marks?: string;
}

/** What a page may load: its own files. The server that it comes from may say so too. */
const policy = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'",
  "worker-src 'self'; base-uri 'none'; form-action 'none'",
].join('; ');

/** A whole page. */
export function framed({ title, about, up, script, preload = [], main, marks = '' }: Frame): Html {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escaped(about)}">
<title>${escaped(title)}</title>
<link rel="icon" href="${up}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${up}style.css">
${script === undefined ? '' : `<script type="module" src="${up}${script}"></script>\n`}${preload.map((path) => `<link rel="modulepreload" href="${up}${path}">\n`).join('')}</head>
<body${marks}>
<a class="skip" href="#main">To the text</a>
<header class="top">
<a class="home" href="${up}index.html"><img src="${up}icon.svg" alt="" width="24" height="24"><span>Load balancing, explained</span></a>
</header>
<main id="main" tabindex="-1">
${main}
</main>
</body>
</html>
`;
}

/** Text as it can stand in HTML and in its attributes. */
export function escaped(text: string): Html {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
