import { expect, test } from 'vitest';
import { mappedSpellings, spellings } from '../testing/address-spellings.ts';
import { createHostGuard } from './host-guard.ts';
import { isPrivateAddress } from './private-address.ts';
import { ProxyError } from './proxy-error.ts';
import { parseTarget } from './target.ts';

const PRIVATE_V4 = [
  '0.0.0.0',
  '0.255.255.255',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.127.255.254',
  '127.0.0.1',
  '127.255.255.255',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.168.0.1',
  '192.168.255.255',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
];
const PUBLIC_V4 = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.1',
  '169.253.255.255',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
];
const PRIVATE_V6 = [
  '::',
  '::1',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'fc00::1',
  'fdff::1',
  'ff02::1',
  '100::1',
  '64:ff9b::7f00:1',
  '64:ff9b::808:808',
  '64:ff9b:1::1',
  '2001:db8::1',
  '2001::1',
  '2001:10::1',
  '2002:7f00:1::',
  '2002:a00:1::1',
  '3fff::1',
  'fec0::1',
  '::127.0.0.1',
  '4000::1',
];
const PUBLIC_V6 = [
  '2606:4700:4700::1111',
  '2001:4860:4860::8888',
  '2400:3200::1',
  '2a00::1',
  '3ffe::1',
];

test('private IPv4 addresses are private in every spelling a URL accepts', () => {
  let count = 0;
  for (const address of PRIVATE_V4) {
    for (const spelling of spellings(address)) {
      const { hostname } = new URL(`http://${spelling}/`);
      expect(isPrivateAddress(hostname), spelling).toBe(true);
      count += 1;
    }
    for (const spelling of mappedSpellings(address)) {
      expect(isPrivateAddress(spelling), spelling).toBe(true);
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(2_500);
});

test('no spelling of a private address passes the guard, even where its host was allowed', () => {
  const mapped = PRIVATE_V4.flatMap((address) => [...mappedSpellings(address)]);
  const texts = [
    ...PRIVATE_V4.flatMap((address) => [...spellings(address)]),
    ...[...mapped, ...PRIVATE_V6.filter((address) => !address.includes('%'))].map(
      (v6) => `[${v6}]`,
    ),
  ];
  const hosts = texts.map((text) => new URL(`http://${text}/`).hostname);
  const guard = createHostGuard({ allowedHosts: [...new Set(hosts)], allowedPrivate: [] });
  let refused = 0;
  for (const text of texts) {
    for (const address of [`/http://${text}/`, `/https%3A%2F%2F${encodeURIComponent(text)}%2F`]) {
      const target = parseTarget(address);
      expect(target, address).not.toBeNull();
      expect(() => guard.check(target!), address).toThrow(ProxyError);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(5_000);
});

test('public IPv4 addresses stay public, next door to the private ranges as well', () => {
  for (const address of PUBLIC_V4) {
    for (const spelling of spellings(address)) {
      expect(isPrivateAddress(new URL(`http://${spelling}/`).hostname), spelling).toBe(false);
    }
    for (const spelling of mappedSpellings(address))
      expect(isPrivateAddress(spelling), spelling).toBe(false);
  }
});

test.each(PRIVATE_V6)('%s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each(PUBLIC_V6)('%s is public', (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});

test('what is no address at all counts as private', () => {
  for (const text of ['', 'localhost', '1.2.3', '1.2.3.4.5', ':::', 'x'])
    expect(isPrivateAddress(text)).toBe(true);
});
