import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { estimateEntropyBits, WEAK_NAME_BITS } from './name-entropy.ts';

describe('guessable', () => {
  test.each([
    '',
    'default',
    'user1',
    'alice@example.com',
    '13800138000',
    `session_${Date.UTC(2026, 3, 4).toString(36)}_k3x9qa`, // the predecessor's form
    `simple_demo_${Date.UTC(2026, 3, 4).toString(36)}`,
    `user_${Date.UTC(2026, 3, 4)}`,
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '0123456789012345678901234567890123456789',
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'abababababababababababababababababab',
    'password-password-password',
    randomBytes(8).toString('hex'),
  ])('%s', (name) => {
    expect(estimateEntropyBits(name)).toBeLessThan(WEAK_NAME_BITS);
  });
});

test.each<[string, () => string]>([
  ['128 bits of hex', () => randomBytes(16).toString('hex')],
  ['128 bits of base64url', () => randomBytes(16).toString('base64url')],
  [
    'the userscript’s names',
    () => `session_${Date.now().toString(36)}_${randomBytes(16).toString('hex')}`,
  ],
  ['random UUIDs', () => randomUUID()],
  ['random UUIDs with a prefix', () => `session_${randomUUID()}`],
])('%s are strong, but for at most two in a hundred', (_, make) => {
  const weak = Array.from({ length: 2_000 }, make).filter(
    (name) => estimateEntropyBits(name) < WEAK_NAME_BITS,
  );
  expect(weak.length).toBeLessThanOrEqual(40);
});
