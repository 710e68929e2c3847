import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { storyOf } from '../../balancer/src/brain/story/story.ts';
import { everything, played } from '../../balancer/test/brain/played.ts';
import { Checks } from '../checks.ts';
import { seriousFindings } from './accessibility.ts';
import { startBrowser } from './chromium.ts';
import { overTls } from './over-tls.ts';
import { PoolsTour, twoPools } from './pools.ts';
import { Stack } from './stack.ts';

const { values } = parseArgs({ options: { screenshots: { type: 'string' } } });
const checks = new Checks();
/** What the browser complained about, of all pages. */
const complaints: string[] = [];

const stack = await Stack.start();
const several = await Stack.start(twoPools);
const production = await Stack.start(undefined, []);
const shown = await Stack.start(undefined, ['--demo=on', '--admin-readonly=on']);
const browser = await startBrowser();
try {
  await newcomer(await opened(browser, 1280));
  await decides(await opened(browser, 1280));
  await looks(browser);
  await new PoolsTour(checks, several, await opened(browser, 1280, 'light', several)).walk();
  await inProduction(await opened(browser, 1280, 'light', production));
  await onlyShown(await opened(browser, 1280, 'light', shown));
  for (const threads of [1, 2]) await overTls(checks, browser, threads);
  checks.hold('the console has no error', complaints.length === 0, complaints);
} catch (error) {
  checks.hold('the tour comes to its end', false, error);
} finally {
  await browser.close();
  await Promise.all([stack, several, production, shown].map((each) => each.close()));
}
console.log(checks.summary());
process.exitCode = checks.failed > 0 ? 1 : 0;

async function opened(over: Browser, width: number, colorScheme: 'light' | 'dark' = 'light', at = stack): Promise<Page> {
  const page = await over.newPage({ viewport: { width, height: width < 500 ? 900 : 1000 }, colorScheme });
  page.setDefaultTimeout(10_000);
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(at.page);
  await page.locator('#connection[data-state="live"]').waitFor();
  return page;
}

/** The names of all buttons that can be seen once the origins are there. */
async function buttonsOn(page: Page): Promise<string[]> {
  await page.locator('#origins tbody tr').nth(6).waitFor({ state: 'attached' });
  return page.getByRole('button').filter({ visible: true }).allTextContents();
}

/** Where the balancer is no demonstration, nothing makes traffic or breaks anything. */
async function inProduction(page: Page): Promise<void> {
  const names = await buttonsOn(page);
  const steers = names.filter((name) => name === 'Drain').length === 4 && (await page.getByLabel('Policy').isEnabled());
  checks.hold(
    'in production there is no button that makes traffic or breaks an origin',
    !names.some((name) => /Send|Start|Break/.test(name)),
    names,
  );
  checks.hold('but one can steer', steers, names);
}

/** Where nothing may be changed, there is nothing that would. */
async function onlyShown(page: Page): Promise<void> {
  const names = await buttonsOn(page);
  const isFixed = await page.getByLabel('Policy').isDisabled();
  checks.hold(
    'where nothing may be changed, no button would',
    isFixed && !names.some((name) => /Send|Start|Break|Drain/.test(name)),
    names,
  );
}

/** What somebody does who has never seen a load balancer. */
async function newcomer(page: Page): Promise<void> {
  await weight(page);
  await isPlain(page);
  await seesTheRotation(page);
  await switchesThePolicy(page);
  await breaksAnOrigin(page);
  await seesAQueue(page);
  await choosesWhileTheListMoves(page);
  await explainsARequest(page);
  await pauses(page);
  await meetsMischief(page);
}

async function weight(page: Page): Promise<void> {
  const sizes =
    'performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation")).filter(({ name }) => !name.includes("/api/")).map(({ encodedBodySize }) => encodedBodySize)';
  const sum = ((await page.evaluate(sizes)) as number[]).reduce((all, size) => all + size, 0);
  checks.hold('all that the page loads is below 120 kB', sum > 10_000 && sum < 120_000, `${(sum / 1000).toFixed(1)} kB`);
  const paint = await page.evaluate('performance.getEntriesByName("first-contentful-paint")[0]?.startTime');
  console.log(`       first paint after ${Math.round(Number(paint))} ms (mark: 300 ms on a machine that does nothing else)`);
}

/** Who has one pool and no routes sees nothing of either. */
async function isPlain(page: Page): Promise<void> {
  await page.locator('.origin-box').nth(3).waitFor();
  const shown = await page.locator('#pools, #routes-card').filter({ visible: true }).count();
  const titles = await page.locator('h2').allTextContents();
  checks.hold('one pool without routes has no tabs and no table of routes', shown === 0 && titles.includes('Right now'), titles);
}

async function seesTheRotation(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send 20 a second' }).click();
  await page.locator('.request').nth(7).waitFor();
  checks.hold('requests are drawn on their way', (await page.locator('.dots > *').count()) > 0, await page.locator('.dots > *').count());
  await stack.until(async () => (await stack.status()).origins.every(({ picks }) => picks >= 10));
  const picks = (await stack.status()).origins.map((origin) => origin.picks);
  checks.hold('every origin has its turn', Math.max(...picks) - Math.min(...picks) <= 1, picks.join(' '));
  await checks.within(5000, 'the picture says whose turn is next', () => page.locator('#scene', { hasText: 'next' }).waitFor());
}

async function switchesThePolicy(page: Page): Promise<void> {
  await page.getByLabel('Policy').selectOption('least-requests');
  await stack.until(async () => (await stack.status()).policy === 'least-requests');
  await checks.within(5000, 'a policy that was chosen explains the next request', () =>
    page.locator('#latest', { hasText: /least.requests/i }).waitFor(),
  );
  await page.getByLabel('Policy').selectOption('round-robin');
  await stack.until(async () => (await stack.status()).policy === 'round-robin');
}

async function breaksAnOrigin(page: Page): Promise<void> {
  const id = stack.origins[1]?.id ?? '';
  await page.getByRole('button', { name: `Break ${id}` }).click();
  const panel = page.locator('.controls-row:not([hidden])');
  await panel.getByLabel('share, %').first().fill('100');
  const command = await panel.locator('.control', { hasText: 'Fail' }).locator('code').first().textContent();
  checks.hold(
    'the control shows the command that does the same',
    command?.includes('"errorRate":1') === true && command.startsWith('curl -X PUT'),
    command,
  );
  await panel.getByRole('button', { name: 'Fail', exact: true }).click();
  const row = page.locator('.origins tr', { hasText: id }).first();
  await checks.within(10_000, 'its row says that it is out', () => row.getByText('ejected').first().waitFor());
  await checks.within(5000, 'and why', () =>
    row
      .getByText(/\d+ of \d+ answers failed, 503/)
      .first()
      .waitFor(),
  );
  await checks.within(5000, 'the change is announced', () => page.locator('[role=log]', { hasText: /ejected/ }).waitFor());
  const before = (await stack.status()).origins.map(({ picks }) => picks);
  await stack.until(async () =>
    (await stack.status()).origins.every(({ picks }, place) => place === 1 || picks > (before[place] ?? 0) + 3),
  );
  const after = (await stack.status()).origins[1]?.picks;
  checks.hold('its requests go elsewhere', after === before[1], `${before[1]} picks before, ${after} after`);
  await panel.getByRole('button', { name: 'Clear fault', exact: true }).click();
  await panel
    .getByText('In force: nothing')
    .or(panel.getByText(/Clear fault: done/))
    .first()
    .waitFor();
}

/** An origin that serves one at a time and lets the others queue. */
async function seesAQueue(page: Page): Promise<void> {
  const id = stack.origins[2]?.id ?? '';
  await stack.breakOrigin(id, { latencyMs: 600, capacity: 1, queue: 50 });
  const box = page.locator('.origin-box', { has: page.locator(`[title="${id}"]`) });
  await checks.within(10_000, 'the picture says how many queue inside an origin', () => box.getByText(/\d+ queue there/).waitFor());
  await checks.within(5000, 'and draws them', () => box.locator('.stack .queued').first().waitFor());
  const row = page.locator('.origins tr', { hasText: id }).first();
  await checks.within(5000, 'so does its row', () => row.getByText(/\d+ queue there/).waitFor());
  await stack.breakOrigin(id);
  await checks.within(10_000, 'until nothing queues there', () => box.locator('.stack .queued').first().waitFor({ state: 'detached' }));
}

/** However long the button is held down, and whatever the list shows when it is let go. */
async function choosesWhileTheListMoves(page: Page): Promise<void> {
  const row = page.locator('.request[aria-posinset="1"]');
  const label = row.locator('.way-origin').first();
  await label.hover();
  const pressed = await label.elementHandle();
  await page.mouse.down();
  await stack.until(async () => !(await pressed?.evaluate((element) => element.isConnected)));
  await page.mouse.up();
  await checks.within(5000, 'a press on a moving list chooses a request', () => page.locator('#why .explanation').waitFor());
}

async function explainsARequest(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop', exact: true }).first().click();
  await page.locator('.request[data-outcome=answered]').first().click();
  const why = page.locator('#why');
  await checks.within(5000, 'a request tells its story', () =>
    why.locator('.explanation', { hasText: /^GET .* came from 127\.0\.0\.\d+\. round-robin picked/ }).waitFor(),
  );
  const seen: (string | null)[] = [];
  for (let i = 0; i < 12; i += 1) {
    const title = await why.locator('.crumb[aria-current]').textContent();
    if (title !== seen.at(-1)) seen.push(title);
    await page.keyboard.press('ArrowRight');
  }
  const steps = ['received', 'candidates', 'filtered', 'scored', 'picked', 'connected', 'first byte', 'done'];
  checks.hold('the arrows step through it', JSON.stringify(seen.map((title) => title?.toLowerCase())) === JSON.stringify(steps), seen);
  checks.hold(
    'it says what every other policy would have done',
    (await why.locator('tr', { hasText: /least-requests|two-choices|maglev-hash|prequal/ }).count()) >= 4,
    '',
  );
}

async function pauses(page: Page): Promise<void> {
  await page.locator('body').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('p');
  const newest = await page.locator('.request[aria-posinset="1"]').getAttribute('id');
  for (let i = 0; i < 3; i += 1) await stack.ask('/while-paused');
  await page.waitForTimeout(600);
  checks.hold('P stops the drawing', (await page.locator('.request[aria-posinset="1"]').getAttribute('id')) === newest, newest);
  await page.keyboard.press('p');
  await checks.within(5000, 'and lets it go on', () => page.locator('.request', { hasText: '/while-paused' }).first().waitFor());
}

async function meetsMischief(page: Page): Promise<void> {
  const mischief = '/<img/src=x/onerror=document.title="broken">';
  await stack.ask(mischief);
  const row = page.locator('.request', { hasText: mischief }).first();
  await checks.within(5000, 'what a client sends is text in the list', () => row.waitFor());
  await row.click();
  await checks.within(5000, 'and in its story', () => page.locator('#why .explanation', { hasText: mischief }).waitFor());
  const strangers = await page.locator('img[src=x], script:not([src])').count();
  checks.hold('and never markup', strangers === 0 && (await page.title()) === 'Load Balancer Explained', await page.title());
}

/** The brain runs here as it does in the balancer: the same world, played in the page, comes to the same end for every request. */
async function decides(page: Page): Promise<void> {
  const script = `(async () => {
    const { Simulation } = await import('/simulate/simulation.ts');
    const { storyOf } = await import('/brain/story/story.ts');
    const ends = [];
    const told = ({ exchange }, status) => ends.push([simulation.world.now(), status, storyOf(exchange)]);
    const simulation = new Simulation(${JSON.stringify(everything)}, 7, { told });
    simulation.run();
    return ends;
  })()`;
  const there = (await page.evaluate(script)) as readonly unknown[];
  const here = played(everything, 7, storyOf);
  checks.hold('the brain decides in the page as it does in the balancer', JSON.stringify(there) === JSON.stringify(here), there.length);
  checks.hold('and much happened there', here.length > 500, here.length);
}

/** Every size and scheme: nothing serious for axe-core, nothing that must be scrolled sideways; a picture where one is wanted. */
async function looks(over: Browser): Promise<void> {
  for (const width of [400, 1280, 2560]) {
    for (const scheme of ['light', 'dark'] as const) {
      const page = await opened(over, width, scheme);
      await page.getByRole('button', { name: 'Send 20 a second' }).click();
      await page.locator('.request').nth(4).waitFor();
      await page.locator('.request[data-outcome=answered]').first().click();
      await page.locator('#why .explanation').waitFor();
      const name = `${width} px, ${scheme}`;
      const findings = await seriousFindings(page);
      checks.hold(`${name}: axe-core finds nothing serious`, findings.length === 0, findings);
      const excess = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      checks.hold(`${name}: nothing to scroll sideways`, Number(excess) <= 0, excess);
      if (values.screenshots !== undefined) await picture(page, join(values.screenshots, `${width}-${scheme}.png`));
      await page.close();
    }
  }
}

async function picture(page: Page, path: string): Promise<void> {
  mkdirSync(values.screenshots ?? '.', { recursive: true });
  await page.evaluate('scrollTo(0, 0)');
  await page.waitForTimeout(1500);
  await page.screenshot({ path });
}
