import { expect, test } from 'vitest';
import { chooseTheme } from './theme.ts';

test.each([
  ['dark', 'light', 'dark'],
  [null, 'light', 'light'],
  ['purple', 'dark', 'dark'],
  [null, null, 'auto'],
  ['', 'x', 'auto'],
])('address %j and memory %j give %s', (requested, remembered, chosen) => {
  expect(chooseTheme(requested, remembered)).toBe(chosen);
});
