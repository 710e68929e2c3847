import { expect, test } from '@jest/globals';
import { Memory } from '../../../src/brain/select/memory.ts';
import { candidate } from './candidates.ts';

const originCalled = (id: string) => candidate(id).origin;

test('keeps the note on an origin, wherever in the list it is and whoever else is', () => {
  const memory = new Memory(({ id }) => ({ id }));
  const [a, b] = [originCalled('a'), originCalled('b')];
  const note = memory.of(a, 0);
  expect(memory.of(b, 0)).not.toBe(note);
  expect(memory.of(a, 1)).toBe(note);
  expect(memory.of(a, 0)).toBe(note);
});

test('knows an origin by its id, though it be another object', () => {
  const memory = new Memory(() => ({}));
  expect(memory.of(originCalled('a'), 0)).toBe(memory.of(originCalled('a'), 0));
});

test('keeps a note as long as somebody asks for it now and then', () => {
  const memory = new Memory(() => ({}));
  const a = originCalled('a');
  const note = memory.of(a, 0);
  for (let i = 0; i < 10_000; i++) {
    memory.beginPick();
    if (i % 1000 === 0) expect(memory.of(a, 0)).toBe(note);
  }
});

test('does not grow without bound when origins come and go', () => {
  const memory = new Memory(() => ({}));
  for (let i = 0; i < 100_000; i++) {
    memory.beginPick();
    memory.of(originCalled(`stranger-${i}`), 0);
    if (i % 1000 === 0) expect(memory.all().length).toBeLessThanOrEqual(2048);
  }
});
