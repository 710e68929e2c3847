import { expect, test } from '@jest/globals';
import { seeded } from '../../../balancer/src/brain/seeded.ts';
import { caseIn, caseOf, textOf } from '../case.ts';
import { markOf, marksIn } from '../mark.ts';
import { mutated } from '../mutate.ts';
import { foreignMark } from '../throw.ts';

const casesOf = (seed: number) => {
  const random = seeded(seed);
  return Array.from({ length: 500 }, (_, number) => caseOf(number, random));
};
const textsOf = (seed: number) => casesOf(seed).map(textOf);

test('the same seed gives the same cases, another seed others', () => {
  expect(textsOf(1)).toEqual(textsOf(1));
  expect(textsOf(1)).not.toEqual(textsOf(2));
});

test('a case that was printed is the same case', () => {
  for (const each of casesOf(3)) expect(textOf(caseIn(textOf(each)))).toBe(textOf(each));
});

test('upgrades, CONNECT, HTTP/2, expectations, pipelines and both framings at once are among them, on both ports', () => {
  const bytes = casesOf(4).map(({ packets }) => Buffer.concat(packets).toString('latin1'));
  const kinds = [
    /Upgrade: websocket/,
    /^CONNECT /,
    /^PRI \*/,
    /Expect: x/,
    /\r\n\r\nGET /,
    /Content-Length: 5\r\nTransfer-Encoding: chunked/,
  ];
  for (const kind of kinds) expect(bytes.filter((text) => kind.test(text)).length).toBeGreaterThan(2);
  expect(new Set(casesOf(4).map(({ port, end }) => `${port} ${end}`)).size).toBe(6);
});

test('an answer to another is told by its mark, in whatever packet the own one was sent', () => {
  const [own, other] = [markOf('12-0'), markOf('13-0')];
  const packets = [Buffer.from(`GET /${own.slice(0, 3)}`), Buffer.from(`${own.slice(3)} HTTP/1.1`)];
  const asked = { port: 'public', packets, gapMs: 0, end: 'fin', reads: true } as const;
  expect(foreignMark(asked, Buffer.from(own))).toBeUndefined();
  expect(foreignMark(asked, Buffer.from(`${own} ${other}`))).toBe(other);
});

test('a mark of which bytes were changed is nobody’s', () => {
  const random = seeded(5);
  const mark = markOf('123-4');
  const changed = Array.from({ length: 2000 }, () => mutated(Buffer.from(mark), random).toString('latin1'));
  expect(new Set(changed).size).toBeGreaterThan(500);
  expect(new Set(changed.flatMap(marksIn))).toEqual(new Set([mark]));
});
