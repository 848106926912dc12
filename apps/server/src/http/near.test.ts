import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createClientAddress } from './client-address.ts';
import { isNearAddress, isNearRequest } from './near.ts';

describe('an address', () => {
  test.each([
    '127.0.0.1',
    '127.8.8.8',
    '::1',
    '::ffff:127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '::ffff:192.168.1.1',
    'fd12::1',
    'fe80::1',
  ])('is near: %s', (address) => {
    expect(isNearAddress(address)).toBe(true);
  });

  test.each(['8.8.8.8', '172.32.0.1', '11.0.0.1', '2001:db8::1', '::ffff:8.8.8.8', '0.0.0.0'])(
    'is far: %s',
    (address) => {
      expect(isNearAddress(address)).toBe(false);
    },
  );
});

describe('a request', () => {
  const proxied = createClientAddress(['127.0.0.1']);
  const direct = createClientAddress([]);

  test.each([
    ['from this machine', '127.0.0.1', {}, direct, true],
    ['from the internet', '203.0.113.5', {}, direct, false],
    ['of which nobody knows the peer', undefined, {}, direct, false],
    [
      'through a proxy nobody trusts',
      '127.0.0.1',
      { 'x-forwarded-for': '10.0.0.1' },
      direct,
      false,
    ],
    ['that claims to be near', '203.0.113.5', { 'x-forwarded-for': '127.0.0.1' }, direct, false],
    ['through a proxy that hides the client', '127.0.0.1', { via: '1.1 nginx' }, proxied, false],
    ['with X-Real-IP alone', '127.0.0.1', { 'x-real-ip': '10.0.0.1' }, proxied, false],
    [
      'through a trusted proxy, from near',
      '127.0.0.1',
      { 'x-forwarded-for': '10.0.0.1' },
      proxied,
      true,
    ],
    [
      'through a trusted proxy, from far',
      '127.0.0.1',
      { 'x-forwarded-for': '8.8.8.8' },
      proxied,
      false,
    ],
    [
      'from far, with a near hop in front',
      '127.0.0.1',
      { 'x-forwarded-for': '10.0.0.1, 8.8.8.8' },
      proxied,
      false,
    ],
  ] as const)('%s', (_name, remoteAddress, headers, clientAddress, near) => {
    const request = { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
    expect(isNearRequest(request, clientAddress)).toBe(near);
  });
});
