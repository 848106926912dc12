import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressPrefix, createClientAddress } from './client-address.ts';

const PROXIES = ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'];

function client(peer: string | undefined, forwardedFor?: string, trusted = PROXIES): string {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: peer });
  return createClientAddress(trusted)({
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
    socket,
  });
}

describe('the address of a client', () => {
  it.each([
    ['is the peer', '203.0.113.7', undefined, '203.0.113.7'],
    ['is the peer, whatever it claims', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['is the hop before the proxy', '127.0.0.1', '203.0.113.7', '203.0.113.7'],
    [
      'is the first untrusted hop from the right',
      '10.1.2.3',
      '1.1.1.1, 203.0.113.7',
      '203.0.113.7',
    ],
    [
      'is found behind several proxies',
      '127.0.0.1',
      '6.6.6.6, 203.0.113.7, 10.0.0.9',
      '203.0.113.7',
    ],
    ['is the leftmost when all are trusted', '127.0.0.1', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
    ['is the proxy when it adds nothing', '127.0.0.1', undefined, '127.0.0.1'],
    ['is the proxy when it adds no address', '127.0.0.1', '203.0.113.7, unknown', '127.0.0.1'],
    ['skips empty hops', '127.0.0.1', '203.0.113.7, , ', '203.0.113.7'],
    ['may come with a port', '127.0.0.1', '203.0.113.7:50123', '203.0.113.7'],
    ['may be IPv6 with a port', '127.0.0.1', '[2001:DB8::1]:50123', '2001:db8:0:0:0:0:0:1'],
    ['may be IPv6', 'fd12::1', '2001:db8::1', '2001:db8:0:0:0:0:0:1'],
    ['is plain IPv4 when it is mapped', '::ffff:203.0.113.7', undefined, '203.0.113.7'],
    ['is plain IPv4 when it is mapped in hex', '::ffff:cb00:7107', undefined, '203.0.113.7'],
    ['counts a mapped proxy as that proxy', '::ffff:10.1.1.1', '203.0.113.7', '203.0.113.7'],
    ['has no zone', 'fe80::1%eth0', undefined, 'fe80:0:0:0:0:0:0:1'],
    ['is unknown once the peer has gone', undefined, '203.0.113.7', 'unknown'],
    ['is no host name', '127.0.0.1', 'localhost', '127.0.0.1'],
    ['is no octal address', '127.0.0.1', '0177.0.0.1', '127.0.0.1'],
  ])('%s', (_rule, peer, forwardedFor, expected) => {
    expect(client(peer, forwardedFor)).toBe(expected);
  });

  it('is the peer when no proxy is trusted', () => {
    expect(client('127.0.0.1', '203.0.113.7', [])).toBe('127.0.0.1');
  });

  it('does not depend on what the client writes to the left of its own hop', () => {
    const hop = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string(),
      fc.constantFrom('127.0.0.1', '10.0.0.1'),
    );
    fc.assert(
      fc.property(fc.array(hop, { maxLength: 20 }), (invented) => {
        const header = [...invented, '203.0.113.7', '10.0.0.9'].join(', ');
        expect(client('127.0.0.1', header)).toBe('203.0.113.7');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the prefix that failures are counted on', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8:0:0::/64'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (address, prefix) => {
    expect(addressPrefix(address)).toBe(prefix);
  });

  it('is one for all addresses of a /64', () => {
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(groups, (host) => {
        const address = `2001:db8:1:2:${host.map((group) => group.toString(16)).join(':')}`;
        expect(addressPrefix(client(address))).toBe('2001:db8:1:2::/64');
      }),
    );
  });
});
