import type { Page } from 'playwright-core';
import type { Checks } from '../checks.ts';
import { seriousFindings } from './accessibility.ts';
import type { Stack } from './stack.ts';

/** Two pools, of which both have the second origin, and routes that lead to them. */
export function twoPools([first, second, third, fourth]: readonly string[]): string {
  return `pools:
  shop: { origins: [${first}, ${second}], policy: least-requests }
  next: { origins: [${second}, ${third}, ${fourth}] }
routes:
  - { path: /old/, redirect: "https://shop.example.com/new/" }
  - { path: /next, pool: next, rate-limit: 1000/s key=client }
  - { split: { shop: 95, next: 5 }, split-key: header:x-user }
`;
}

/** What somebody does whose balancer has several pools: chooses one, steers it, and finds its requests. */
export class PoolsTour {
  readonly #checks: Checks;
  readonly #stack: Stack;
  readonly #page: Page;

  constructor(checks: Checks, stack: Stack, page: Page) {
    this.#checks = checks;
    this.#stack = stack;
    this.#page = page;
  }

  async walk(): Promise<void> {
    await this.#seesPools();
    await this.#choosesByKey();
    await this.#steersOneOnly();
    await this.#seesAPause();
    await this.#seesRoutes();
    await this.#findsRequests();
    await this.#looks();
  }

  /** The names of the origins in the picture. */
  #pictured(): Promise<string[]> {
    return this.#page.locator('.origin-box .name').allTextContents();
  }

  /** Whether the picture has exactly these origins, by their places. */
  async #showsOrigins(...places: readonly number[]): Promise<boolean> {
    const ids = places.map((place) => this.#stack.origins[place]?.id);
    return (await this.#pictured()).join() === ids.join();
  }

  async #seesPools(): Promise<void> {
    await this.#page.locator('.origin-box').nth(1).waitFor();
    const tabs = await this.#page.getByRole('tab').locator('strong').allTextContents();
    this.#checks.hold('there is a tab for each pool', tabs.join() === 'shop,next', tabs);
    const chosen = await this.#page.getByRole('tab', { selected: true }).textContent();
    this.#checks.hold('the first is chosen, and says its policy', chosen?.startsWith('shopleast-requests') === true, chosen);
    this.#checks.hold('the picture has the origins of that pool', await this.#showsOrigins(0, 1), await this.#pictured());
  }

  async #choosesByKey(): Promise<void> {
    await this.#page.getByRole('tab', { selected: true }).focus();
    await this.#page.keyboard.press('ArrowRight');
    await this.#checks.within(5000, 'an arrow chooses the next pool', () =>
      this.#page.getByRole('tab', { name: 'next', selected: true }).waitFor(),
    );
    await this.#checks.within(5000, 'and the picture follows', () => this.#stack.until(() => this.#showsOrigins(1, 2, 3)));
    this.#checks.hold('the address names the pool', this.#page.url().endsWith('#pool=next'), this.#page.url());
    await this.#page.reload();
    await this.#checks.within(10_000, 'so that who comes by it sees that one', () =>
      this.#page.getByRole('tab', { name: 'next', selected: true }).waitFor(),
    );
  }

  async #steersOneOnly(): Promise<void> {
    const shared = this.#stack.origins[1]?.id ?? '';
    await this.#page.getByLabel('Policy of next').selectOption('random');
    const policies = async () => (await this.#stack.status()).pools.map(({ policy }) => policy).join();
    await this.#checks.within(5000, 'a policy is chosen for that pool alone', () =>
      this.#stack.until(async () => (await policies()) === 'least-requests,random'),
    );
    await this.#page.getByRole('button', { name: `Break ${shared}` }).click();
    const line = await this.#page.locator('.controls .curl-line').first().textContent();
    this.#checks.hold('the command that does the same names the pool', line?.includes('/api/pools/next/origins/') === true, line);
    await this.#page.getByRole('button', { name: `Drain ${shared}`, exact: true }).click();
    const states = async () =>
      (await this.#stack.status()).origins.filter(({ id }) => id === shared).map(({ pool, state }) => `${pool} ${state}`);
    const stand = (wanted: string) => this.#stack.until(async () => (await states()).join() === wanted);
    await this.#checks.within(5000, 'an origin of two pools is drained in one', () => stand('shop ready,next drained'));
    await this.#page.getByRole('button', { name: `Enable ${shared}`, exact: true }).click();
    await this.#checks.within(5000, 'and enabled again', () => stand('shop ready,next ready'));
  }

  async #seesAPause(): Promise<void> {
    await this.#stack.post('/api/pools/shop/pause', { for: '60s' });
    const tab = this.#page.getByRole('tab', { name: 'shop' });
    await this.#checks.within(5000, 'a pool that is paused says for how long', () => tab.getByText(/paused for \d+ s/).waitFor());
    await this.#checks.within(5000, 'and it is announced', () =>
      this.#page.locator('[role=log]', { hasText: 'pool shop is paused' }).waitFor(),
    );
    await this.#stack.post('/api/pools/shop/resume', {});
    await this.#checks.within(5000, 'until it goes on', () => tab.getByText(/paused/).waitFor({ state: 'hidden' }));
  }

  async #seesRoutes(): Promise<void> {
    const rows = await this.#page.locator('#routes tbody th').allTextContents();
    this.#checks.hold('every route has its row, in order', rows.join() === 'route 1 (/old/),route 2 (/next),route 3 (everything)', rows);
    const split = this.#page.locator('#routes tr', { hasText: 'splits: shop 95 %, next 5 %, by header x-user' });
    const boxes = await Promise.all((await split.locator('.split span').all()).map((part) => part.boundingBox()));
    const parts = boxes.map((box) => box?.width ?? 0);
    const [most = 0, least = 1] = parts;
    this.#checks.hold('a split is drawn as it is', parts.length === 2 && Math.abs(most / least - 19) < 1, parts);
    await split.getByRole('link', { name: 'shop' }).click();
    await this.#checks.within(5000, 'a pool is chosen from there as well', () =>
      this.#page.getByRole('tab', { name: 'shop', selected: true }).waitFor(),
    );
  }

  async #findsRequests(): Promise<void> {
    for (const target of ['/old/a', '/next/b']) await this.#stack.ask(target);
    await this.#page.locator('.request').nth(1).waitFor();
    await this.#page.getByLabel('Filter by pool').selectOption('next');
    await this.#checks.within(5000, 'requests are filtered by pool', () => this.#page.getByText('1 of 2', { exact: true }).waitFor());
    await this.#page.locator('.request', { hasText: '/next/b' }).first().click();
    const told = /^GET \/next\/b came from 127\.0\.0\.1\. Route 2 \(\/next\) leads to pool next\. /;
    await this.#checks.within(5000, 'a story begins with its route', () =>
      this.#page.locator('#why .explanation', { hasText: told }).waitFor(),
    );
    await this.#page.getByLabel('Filter by pool').selectOption('no pool');
    await this.#page.locator('.request', { hasText: '/old/a' }).first().click();
    await this.#checks.within(5000, 'one that went to no pool says what its route did', () =>
      this.#page.locator('#why .explanation', { hasText: 'Route 1 (/old/) sends its client on.' }).waitFor(),
    );
  }

  async #looks(): Promise<void> {
    for (const width of [400, 1280]) {
      await this.#page.setViewportSize({ width, height: 1000 });
      const findings = await seriousFindings(this.#page);
      this.#checks.hold(`${width} px, several pools: axe-core finds nothing serious`, findings.length === 0, findings);
      const excess = await this.#page.evaluate('document.documentElement.scrollWidth - innerWidth');
      this.#checks.hold(`${width} px, several pools: nothing to scroll sideways`, Number(excess) <= 0, excess);
    }
  }
}
