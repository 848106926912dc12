import { expect, test } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { en, type TextKey } from './en.ts';
import { codeText, engineFaultText, failureText } from './failure-text.ts';
import { chooseLanguage, language, t } from './i18n.ts';
import { zhCN } from './zh-CN.ts';

test('both languages have every text, and none is empty', () => {
  expect(Object.keys(zhCN).sort()).toEqual(Object.keys(en).sort());
  for (const texts of [en, zhCN]) {
    expect(Object.entries(texts).filter(([, text]) => text.trim() === '')).toEqual([]);
  }
});

test('both languages fill in the same values', () => {
  const placeholders = (text: string) =>
    [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const key of Object.keys(en) as TextKey[]) {
    expect([key, placeholders(zhCN[key])]).toEqual([key, placeholders(en[key])]);
  }
});

test('fills values in, literally', () => {
  language.value = 'en';
  expect(t('tasks.empty.search', { query: '$& {query}' })).toBe('No task matches “$& {query}”.');
});

test.each([
  ['the address', ['zh-CN', 'en', ['en']], 'zh-CN'],
  ['the remembered choice', [null, 'en', ['zh-CN']], 'en'],
  ['the browser', [null, null, ['fr-FR', 'zh-TW', 'en']], 'zh-CN'],
  ['the browser, in English', [null, null, ['en-GB', 'zh']], 'en'],
  ['nothing that is known', ['fr', 'xx', ['de']], 'en'],
] as const)('the language follows %s', (_, [requested, remembered, preferred], chosen) => {
  expect(chooseLanguage(requested, remembered, [...preferred])).toBe(chosen);
});

test.each(['zh-CN', 'en'] as const)('every failure has its own words in %s', (tag) => {
  language.value = tag;
  const codes = ['offline', 'unreachable', 'timed_out', 'unauthenticated', 'invalid_credentials'];
  codes.push('rate_limited', 'not_found', 'queue_full', 'unavailable', 'internal');
  const texts = codes.map((code) => codeText(code, 'detail'));
  expect(new Set(texts).size).toBe(codes.length);
  expect(codeText('rate_limited', '', 12.2)).toContain('13');
  expect(
    failureText(new ApiError({ code: 'invalid_request', detail: 'title: too long' })),
  ).toContain('title: too long');
  expect(engineFaultText({ code: 'demo_failure', message: 'by request' })).toBe('by request');
});
