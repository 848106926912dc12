import { expect, test } from 'vitest';
import { CompositionGuard } from './ime.ts';

const key = (change: Partial<KeyboardEvent>) => ({
  isComposing: false,
  keyCode: 13,
  timeStamp: 1000,
  ...change,
});

test.each([
  ['while composing', key({ isComposing: true })],
  ['reported as 229 by the input method', key({ keyCode: 229 })],
])('Enter %s does not send', (_, event) => {
  expect(new CompositionGuard().composing(event)).toBe(true);
});

test('Enter within 100 ms of the end of a composition does not send (Safari), later it does', () => {
  const guard = new CompositionGuard();
  guard.ended(1000);
  expect(guard.composing(key({ timeStamp: 1099 }))).toBe(true);
  expect(guard.composing(key({ timeStamp: 1100 }))).toBe(false);
});

test('an ordinary Enter sends', () => {
  expect(new CompositionGuard().composing(key({}))).toBe(false);
});
