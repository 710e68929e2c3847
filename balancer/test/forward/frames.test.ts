import { describe, expect, test } from '@jest/globals';
import { FrameBoundary, goingAway } from '../../src/forward/frames.ts';

/** Whole frames of every shape that a header can have (RFC 6455 §5.2). */
const frames: Record<string, Buffer> = {
  'an empty one': Buffer.from([0x89, 0x00]),
  'a short text': Buffer.from([0x81, 0x03, 1, 2, 3]),
  'a masked one': Buffer.from([0x81, 0x83, 9, 9, 9, 9, 1, 2, 3]),
  'one with 2 bytes of length': Buffer.concat([Buffer.from([0x82, 126, 0x01, 0x00]), Buffer.alloc(256)]),
  'a masked one with 2 bytes of length': Buffer.concat([Buffer.from([0x82, 0x80 | 126, 0, 200, 9, 9, 9, 9]), Buffer.alloc(200)]),
  'one with 8 bytes of length': Buffer.concat([Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]), Buffer.alloc(65_536)]),
};

describe.each(Object.entries(frames))('%s', (_name, frame) => {
  test('ends where it ends, in one piece', () => {
    const boundary = new FrameBoundary();
    boundary.pass(frame);
    expect(boundary.isBetweenFrames).toBe(true);
  });

  test('is not over before its last byte, in whatever pieces it comes', () => {
    for (const size of [1, 2, 3, 7, 1000]) {
      const boundary = new FrameBoundary();
      const overAt: number[] = [];
      for (let at = 0; at < frame.length; at += size) {
        if (at > 0 && boundary.isBetweenFrames) overAt.push(at);
        boundary.pass(frame.subarray(at, at + size));
      }
      expect([overAt, boundary.isBetweenFrames]).toEqual([[], true]);
    }
  });
});

test('frames one after the other are told apart, also where a piece holds the end of one and the start of the next', () => {
  const all = Buffer.concat([...Object.values(frames), ...Object.values(frames)]);
  const boundary = new FrameBoundary();
  for (let at = 0; at < all.length - 1; at += 11) boundary.pass(all.subarray(at, Math.min(at + 11, all.length - 1)));
  expect(boundary.isBetweenFrames).toBe(false);
  boundary.pass(all.subarray(-1));
  expect(boundary.isBetweenFrames).toBe(true);
});

describe('the Close frame', () => {
  test('says 1001, and counts as a whole frame', () => {
    expect(goingAway(false)).toEqual(Buffer.from([0x88, 0x02, 0x03, 0xe9]));
    const boundary = new FrameBoundary();
    boundary.pass(goingAway(false));
    boundary.pass(goingAway(true));
    expect(boundary.isBetweenFrames).toBe(true);
  });

  test('is masked where a client sends it', () => {
    const frame = goingAway(true);
    const key = frame.subarray(2, 6);
    const status = [frame.readUInt8(6) ^ key.readUInt8(0), frame.readUInt8(7) ^ key.readUInt8(1)];
    expect([frame.readUInt8(0), frame.readUInt8(1), ...status]).toEqual([0x88, 0x82, 0x03, 0xe9]);
  });
});
