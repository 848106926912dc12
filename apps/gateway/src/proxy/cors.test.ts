/** Whose request is whose: websites, browser extensions, programs. The servers' tests show the answers. */
import { expect, test } from 'vitest';
import { createOriginPolicy, isFromPage, NO_ORIGIN } from './cors.ts';
import { ProxyError } from './proxy-error.ts';

const policy = createOriginPolicy(['https://www.coze.cn']);

test.each([
  'chrome-extension://dhdgffkkebhmkfjojejmpbldmpobfkfo',
  'moz-extension://8a1f9a8e-6a0c-4c53-9d2b-0f5a6f1f3c11',
  'safari-web-extension://E5B1C2D3-0000-4000-8000-000000000001',
])('%s counts as a program: let in, without CORS headers', (origin) => {
  expect(isFromPage(origin)).toBe(false);
  expect(policy.headersFor(origin)).toBe(NO_ORIGIN);
});

test.each([
  'chrome-extension://',
  'chrome-extension://id/page.html',
  'chrome-extension://id.evil.example',
  'chrome-extension://id@evil.example',
  'chrome-extension://id:8080',
  'Chrome-Extension://dhdgffkkebhmkfjojejmpbldmpobfkfo',
  'https://chrome-extension',
  'https://evil.example/chrome-extension://id',
  'https-chrome-extension://id',
  'safari-extension://id',
  'file://',
  'null',
  '',
])('"%s" does not, and is refused', (origin) => {
  expect(isFromPage(origin)).toBe(true);
  expect(() => policy.headersFor(origin)).toThrow(ProxyError);
});
