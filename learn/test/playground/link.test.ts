import { expect, test } from '@jest/globals';
import { BadLink, fromLink, toLink } from '../../src/playground/link.ts';
import { presets } from '../../src/playground/presets.ts';
import { quiet } from '../../src/playground/setup.ts';

test.each(Object.entries(presets))('a link holds all of “%s”, and is short', async (_name, setup) => {
  const link = await toLink(setup);
  expect(await fromLink(`#${link}`)).toEqual(setup);
  expect(link.length).toBeLessThan(250);
});

test('a link of the first version means for ever what it meant', async () => {
  const setup = await fromLink('1.q1ZKSyzNKSlWsoquVsovykzPzFOyMtBRKinKL03KSVWyUkouSizOSE1R0lFKK8rPVbIyAsnmK1kZG9TG1gIA');
  expect(setup).toEqual({ ...quiet, faults: [{ origin: 0, trouble: 'crashed', from: 20, to: 30 }] });
  expect(quiet).toMatchObject({ seconds: 60, rate: 100, policy: 'round-robin', other: 'least-requests', retries: 3, maxConnections: 128 });
});

test.each([
  ['of another version', '2.abc', /version 2, and this page reads version 1/],
  ['that is cut off', '1.q1ZKSyz', /cut off/],
  ['that is no link', 'nonsense', /version nonsense/],
])('a link %s is refused, with why', async (_name, link, why) => {
  await expect(fromLink(link)).rejects.toThrow(BadLink);
  await expect(fromLink(link)).rejects.toThrow(why);
});

test('a link that holds what can’t be played names what is wrong', async () => {
  const link = await toLink({ ...quiet, rate: 5000, policy: 'dice' });
  await expect(fromLink(link)).rejects.toThrow(/rate: 5000 is not a number from 0.5 to 1000; .*no policy "dice"; there are round-robin/);
});
