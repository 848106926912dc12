import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SESSION_KINDS, sessionNamesBy } from './session-name.ts';

const secret = new Uint8Array(32).fill(7);
const derive = sessionNamesBy(secret);

test('a name is 43 characters of base64url, stable for ever', () => {
  const name = derive('console', 'user', 'task');
  expect(name).toMatch(/^[\w-]{43}$/);
  const hmac = createHmac('sha256', secret);
  for (const field of ['zcbot/coze-session/1', 'console', 'user', 'task']) {
    const bytes = Buffer.from(field);
    hmac.update(Buffer.from([0, 0, 0, bytes.length])).update(bytes);
  }
  expect(name).toBe(hmac.digest('base64url'));
});

test('different kinds, callers, names or secrets never share a session', () => {
  const field = fc.string({
    maxLength: 6,
    unit: fc.constantFrom('a', 'b', '\0', '|', 'é', '\u0001'),
  });
  const triple = fc.tuple(fc.constantFrom(...SESSION_KINDS), field, field.filter(Boolean));
  fc.assert(
    fc.property(triple, triple, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      return (derive(...one) === derive(...other)) === same;
    }),
    { numRuns: 2_000 },
  );
  const otherSecret = new Uint8Array(32).fill(8);
  expect(sessionNamesBy(otherSecret)('install', 'a', 'b')).not.toBe(derive('install', 'a', 'b'));
});

test('fields do not run into each other', () => {
  expect(derive('install', 'ab', 'c')).not.toBe(derive('install', 'a', 'bc'));
});

test.each<[string, () => string]>([
  ['a short secret', () => sessionNamesBy(new Uint8Array(31))('install', 'a', 'b')],
  ['an empty name', () => derive('install', 'a', '')],
  ['a long name', () => derive('install', 'a', 'b'.repeat(513))],
  // Both would be encoded as U+FFFD and so be the same session.
  ['a lone surrogate', () => derive('install', 'a', 'x\ud800')],
])('%s is refused', (_, derive) => {
  expect(derive).toThrow(RangeError);
});
