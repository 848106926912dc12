import { describe, expect, test } from 'vitest';
import type { CozeErrorKind } from './coze-error.ts';
import { clean, failureOf, type Answer } from './describe-answer.ts';

function answer(status: number, body?: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: new Headers(headers), body };
}

describe('an answer is judged by its body first', () => {
  test.each<[string, Answer, CozeErrorKind | null]>([
    ['success', answer(200, { code: 0, data: {} }), null],
    ['a token', answer(200, { access_token: 'x', expires_in: 1 }), null],
    [
      'a busy conversation with status 200',
      answer(200, { code: 4016, msg: 'x' }),
      'conversation_busy',
    ],
    ['credits used up', answer(200, { code: 4028, msg: 'x' }), 'quota_exhausted'],
    ['not published', answer(200, { code: 4015 }), 'bot_not_published'],
    ['a refused token', answer(401, { code: 4100, msg: 'x' }), 'unauthorized'],
    ['a refused token by its other code', answer(200, { code: 700012006 }), 'unauthorized'],
    ['no permission', answer(200, { code: 4101 }), 'forbidden'],
    ['a limited model', answer(200, { code: 4013 }), 'rate_limited'],
    [
      'the free plan’s end, told in words',
      answer(200, { code: 4000, msg: 'Your free quota has been used up' }),
      'quota_exhausted',
    ],
    ['an unknown code', answer(200, { code: 123456 }), 'bad_request'],
    ['an unknown code with status 503', answer(503, { code: 123456 }), 'upstream_failed'],
    [
      'a refused assertion',
      answer(401, { error_code: 'invalid_client', error_message: '' }),
      'invalid_client',
    ],
    [
      'a refused assertion with status 200',
      answer(200, { error_code: 'invalid_client' }),
      'invalid_client',
    ],
    [
      'a deactivated app',
      answer(400, { error_code: 'access_deny', error_message: 'x' }),
      'access_denied',
    ],
    [
      'trouble of the token endpoint',
      answer(500, { error_code: 'internal_error' }),
      'upstream_failed',
    ],
    ['a bare 429', answer(429), 'rate_limited'],
    ['a gateway’s 502 page', answer(502), 'upstream_failed'],
    ['a redirect', answer(302), 'unexpected_answer'],
    ['a 404 page', answer(404), 'unexpected_answer'],
  ])('%s', (_, given, kind) => {
    expect(failureOf(given, 'POST /v3/chat')?.kind ?? null).toBe(kind);
  });
});

test('code, status, logid and Retry-After are kept, with a remedy in both languages', () => {
  const headers = { 'x-tt-logid': '2026ABC', 'retry-after': '7' };
  const error = failureOf(answer(429, { code: 4013, msg: 'slow down' }, headers), 'GET /x');
  expect(error).toMatchObject({ code: 4013, status: 429, logid: '2026ABC', retryAfterMs: 7000 });
  expect(error?.detail).toBe('slow down');
  expect(error?.message).toBe('GET /x: rate_limited (code 4013, status 429, logid 2026ABC)');
  expect(error?.remedy.zh).toMatch(/\p{Script=Han}/u);
});

test('the logid is taken from the body as well', () => {
  const newer = { code: 4000, detail: { logid: 'N' } };
  const older = { code: 4000, error: { logid: 'O' } };
  expect(failureOf(answer(200, newer), 'x')?.logid).toBe('N');
  expect(failureOf(answer(200, older), 'x')?.logid).toBe('O');
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);
  test.each([
    ['0', 0],
    ['3', 3000],
    ['999999', 3_600_000],
    [new Date(now + 4000).toUTCString(), 4000],
    [new Date(now - 4000).toUTCString(), 0],
    ['soon', undefined],
    ['', undefined],
  ])('%j', (header, expected) => {
    const headers: Record<string, string> = header ? { 'retry-after': header } : {};
    expect(failureOf(answer(429, {}, headers), 'x', now)?.retryAfterMs).toBe(expected);
  });
});

test('what Coze repeats of our secrets is blanked out', () => {
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl';
  const text = `bad pat_abc-DEF.1 and czs_x/y= and ${jwt} Bearer abc\n-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\u0007`;
  expect(clean(text)).toBe('bad pat_[token] and czs_[token] and [jwt] Bearer [token] [key] ');
  expect(clean('x'.repeat(1000))).toHaveLength(300);
  expect(clean('-----BEGIN PRIVATE KEY-----\nMIIE')).toBe('[key]');
});
