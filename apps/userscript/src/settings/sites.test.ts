import { expect, test } from 'vitest';
import { memoryStorage } from '../testing/memory-storage.ts';
import { createSites } from './sites.ts';

test.each([
  ['www.coze.cn', true],
  ['coze.cn', true],
  ['www.coze.com', true],
  ['space.coze.com:8443', true],
  ['notcoze.cn', false],
  ['coze.cn.evil.example', false],
  ['shop.example.com', false],
])('is on by default on Coze’s own sites only: %s → %s', (host, on) => {
  expect(createSites(memoryStorage()).isOn(host)).toBe(on);
});

test('what was chosen for a site wins, in both ways, and for that site only', () => {
  const sites = createSites(memoryStorage());
  sites.set('www.coze.cn', false);
  sites.set('shop.example.com', true);
  expect(sites.isOn('www.coze.cn')).toBe(false);
  expect(sites.isOn('coze.cn')).toBe(true);
  expect(sites.isOn('shop.example.com')).toBe(true);
  expect(sites.isOn('www.shop.example.com')).toBe(false);
});

test('what somebody else wrote into the storage switches nothing on', () => {
  for (const zcbot_sites of [null, 'on', [true], { 'shop.example.com': 'yes' }]) {
    expect(createSites(memoryStorage({ zcbot_sites })).isOn('shop.example.com')).toBe(false);
  }
  expect(createSites(memoryStorage()).isOn('__proto__')).toBe(false);
});
