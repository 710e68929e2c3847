import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian's chromium is; another one may be named by CHROMIUM. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** So that it asks nobody but the page, and runs where there is no graphics card and no sandbox for root. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a real browser without a window. Rejects where there is none, and says what to do. */
export async function startBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) throw new Error(`there is no ${executablePath}; install Debian's chromium, or name another in CHROMIUM`);
  return chromium.launch({ executablePath, args });
}
