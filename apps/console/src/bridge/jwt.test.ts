import { expect, test } from 'vitest';
import { ADA, makeToken } from '../testing/tokens.ts';
import { readClaims } from './jwt.ts';

test('reads subject (in lower case) and expiry', () => {
  expect(readClaims(makeToken(ADA.toUpperCase(), 123))).toEqual({ subject: ADA, expiresAt: 123 });
});

test.each([
  ['nothing', ''],
  ['two segments', 'a.b'],
  ['characters outside base64url', 'e30.e30=.x'],
  ['segments that are not JSON', 'aaaa.bbbb.cccc'],
  ['claims that are an array', `e30.${btoa('[]').replaceAll('=', '')}.x`],
  ['a subject that is no UUID', makeToken('ada')],
])('refuses %s', (_, token) => {
  expect(readClaims(token)).toBeNull();
});
