import { expect, test } from 'vitest';
import { safeHref } from './links.ts';

test.each(['https://example.com/a?b=c#d', 'http://example.com/', 'mailto:ada@example.com'])(
  '%s stays',
  (href) => expect(safeHref(href)).toBe(href),
);

test.each([
  'javascript:alert(1)',
  ' JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:https://example.com/x',
  '/v1/auth/logout',
  '//evil.example',
  '#anchor',
  '',
])('%j is no link', (href) => expect(safeHref(href)).toBeNull());
