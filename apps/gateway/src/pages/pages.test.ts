import { expect, test } from 'vitest';
import { callbackPage, chatPage, formPage, statusPage, type StatusFacts } from './pages.ts';

const FACTS: StatusFacts = {
  version: '0.0.0',
  credentials: 'jwt',
  region: 'custom',
  apiBase: 'http://127.0.0.1:8090',
  simulator: true,
  sessionNames: 'derived',
  proxyUrl: 'http://127.0.0.1:8080',
  loopbackOnly: true,
  installs: 0,
  weakNameSeen: false,
  sessions: [],
};

test.each([
  ['en', '<dt>Region</dt><dd>simulator</dd>'],
  ['zh', '<dt>区域</dt><dd>模拟器</dd>'],
] as const)('the start page in %s names the simulator in place of a region', (language, row) => {
  expect(statusPage(FACTS, language)).toContain(row);
  const real = statusPage({ ...FACTS, simulator: false, region: 'cn' }, language);
  expect(real).toContain('<dd>cn</dd>');
});

test('off loopback the start page offers what works there: an install link', () => {
  expect(statusPage(FACTS, 'en')).toContain('href="/chat"');
  const page = statusPage({ ...FACTS, loopbackOnly: false }, 'en');
  expect(page).not.toContain('href="/chat"');
  expect(page).not.toContain('href="/coze-chat.user.js"');
  expect(page).toContain('npx zcbot gateway install-link');
});

test('every page brings its icon, so that no browser asks for one', () => {
  const pages = [
    statusPage(FACTS, 'en'),
    formPage('en'),
    callbackPage({ kind: 'pat' }, 'en'),
    chatPage({}, 'en'),
  ];
  for (const page of pages) expect(page).toContain('<link rel="icon" href="data:image/svg+xml,');
});

test('what others name is text in the page', () => {
  const hostile = '<script>alert(1)</script>"';
  const page = statusPage({ ...FACTS, clientId: hostile, apiBase: hostile }, 'en');
  expect(page).not.toContain('<script');
  expect(callbackPage({ kind: 'ready', name: hostile, expiresAt: 1 }, 'en')).not.toContain(
    '<script',
  );
  expect(chatPage({ botId: hostile }, 'en').match(/<script/g)).toHaveLength(1);
});
