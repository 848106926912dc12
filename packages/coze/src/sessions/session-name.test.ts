import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveSessionName, SESSION_KINDS } from './session-name.ts';

const secret = new Uint8Array(32).fill(7);

test('a name is 43 characters of base64url, stable for ever', () => {
  const name = deriveSessionName(secret, 'console', 'user', 'task');
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
      return (deriveSessionName(secret, ...one) === deriveSessionName(secret, ...other)) === same;
    }),
    { numRuns: 2_000 },
  );
  const otherSecret = new Uint8Array(32).fill(8);
  expect(deriveSessionName(otherSecret, 'install', 'a', 'b')).not.toBe(
    deriveSessionName(secret, 'install', 'a', 'b'),
  );
});

test('fields do not run into each other', () => {
  expect(deriveSessionName(secret, 'install', 'ab', 'c')).not.toBe(
    deriveSessionName(secret, 'install', 'a', 'bc'),
  );
});

test.each<[string, () => string]>([
  ['a short secret', () => deriveSessionName(new Uint8Array(31), 'install', 'a', 'b')],
  ['an empty name', () => deriveSessionName(secret, 'install', 'a', '')],
  ['a long name', () => deriveSessionName(secret, 'install', 'a', 'b'.repeat(513))],
  // Both would be encoded as U+FFFD and so be the same session.
  ['a lone surrogate', () => deriveSessionName(secret, 'install', 'a', 'x\ud800')],
])('%s is refused', (_, derive) => {
  expect(derive).toThrow(RangeError);
});
