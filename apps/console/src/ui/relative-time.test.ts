import { expect, test } from 'vitest';
import { relativeTime } from './relative-time.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const ago = (seconds: number, locale = 'en') => relativeTime(NOW - seconds * 1000, NOW, locale);

test.each([
  [59, null],
  [60, '1 min. ago'],
  [3600 * 5, '5 hr. ago'],
  [86_400, 'yesterday'],
  [86_400 * 8, 'last wk.'],
  [86_400 * 400, 'last yr.'],
])('%i s', (seconds, text) => expect(ago(seconds)).toBe(text));

test('in Chinese', () => expect(ago(300, 'zh-CN')).toBe('5分钟前'));

test('a server clock that is ahead is now, not the future', () => expect(ago(-30)).toBeNull());
