import { expect, test } from 'vitest';
import { backOffMs } from './back-off.ts';

test('grows from half a second to 15 s and never beyond', () => {
  const longest = [0, 1, 2, 3, 4, 5, 20, 1000].map((attempt) => backOffMs(attempt, () => 1));
  expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test('spreads reconnects over half of the span', () => {
  expect(backOffMs(3, () => 0)).toBe(2000);
  expect(backOffMs(3, () => 0.5)).toBe(3000);
});
