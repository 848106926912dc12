import { describe, expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { passwordsIn } from './redaction.ts';
import { terminalLine } from './terminal-line.ts';

const SECRET = 'a-platform-key-with-"quotes"-and-\\-32+';

function collect(secrets: readonly string[] = [SECRET]) {
  const lines: string[] = [];
  const log = createLogger({ secrets, output: { write: (line) => lines.push(line) } });
  return { log, lines };
}

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ';

describe('the log', () => {
  test.each([
    ['a configured secret', `it is ${SECRET}, you see`, SECRET],
    ['its URL-encoded form', encodeURIComponent(SECRET), encodeURIComponent(SECRET)],
    ['a JWT', `token ${JWT} expired`, JWT],
    ['a JWT without its signature', JWT.replace(/\.[^.]*$/, '.'), 'eyJzdWIiOiJzb21lYm9keSJ9'],
    ['a bearer header', 'Authorization: Bearer opaque-token-0123456789', 'opaque-token'],
    ['basic credentials', 'Basic dXNlcjpwYXNzd29yZA==', 'dXNlcjpwYXNzd29yZA'],
    ['a password in a URL', 'connect postgres://zcbot:p%40ss-word@db:5432/zcbot', 'p%40ss-word'],
    ['a provider’s key', 'got 401 for sk-proj-0123456789abcdefghij', '0123456789abcdefghij'],
    ['a Coze token', 'pat_0123456789abcdefghijABCDEFG', '0123456789abcdefghij'],
    ['an assigned password', 'login failed: password=hunter22', 'hunter22'],
    ['a JSON body', '{"api_key":"opaque1234","password":"hunter22"}', 'hunter22'],
  ])('hides %s wherever it stands', (_name, text, hidden) => {
    const { log, lines } = collect();
    log.info({ nested: { deep: [text] } }, text);
    log.error({ err: new Error(text, { cause: new Error(text) }) }, 'failed');
    log.warn(text);
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).toContain('[redacted]');
      expect(line).not.toContain(hidden);
      expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  test.each(['a basic rule of validation', 'the secret is out', 'task 0001-initial', 'tokens: 12'])(
    'leaves plain words alone: %s',
    (text) => {
      const { log, lines } = collect();
      log.info(text);
      expect(lines[0]).toContain(text);
    },
  );

  test.each([
    ['postgres://u:p%40ss-word@db/x', ['p%40ss-word', 'p@ss-word']],
    ['postgres://u:100%percent@db/x', ['100%percent']],
    ['no address', []],
  ])('finds the password in %s', (url, passwords) => {
    expect(passwordsIn(url)).toEqual(passwords);
  });

  test('a short password does not eat innocent text', () => {
    const { log, lines } = collect(passwordsIn('postgres://u:1@db/x'));
    log.info({ n: 1111 }, 'eleven');
    expect(JSON.parse(lines[0]!)).toMatchObject({ n: 1111 });
  });

  test('an error keeps its code, place and causes, and drops what a driver hung on it', () => {
    const { log, lines } = collect();
    const error = Object.assign(new Error('outer', { cause: new TypeError('inner') }), {
      code: '23505',
      constraint: 'users_email_key',
      detail: 'Key (email)=(somebody@example.com) already exists.',
      config: { password: 'hunter22' },
    });
    log.error({ err: error }, 'failed');
    const { err } = JSON.parse(lines[0]!) as { err: Record<string, unknown> };
    expect(err).toMatchObject({
      type: 'Error',
      message: 'outer',
      code: '23505',
      constraint: 'users_email_key',
      cause: { type: 'TypeError', message: 'inner' },
    });
    expect(lines[0]).not.toMatch(/somebody@example|hunter22/);
    expect(String(err['stack'])).toContain('logger.test.ts');
  });

  test('an error that is its own cause, or no error at all, is no trouble', () => {
    const { log, lines } = collect();
    const circle = new Error('round');
    circle.cause = circle;
    log.error({ err: circle }, 'failed');
    log.error({ err: 'text' }, 'failed');
    log.error({ err: undefined }, 'failed');
    expect(lines).toHaveLength(3);
  });

  test.each([
    ['line breaks', 'a\r\n{"level":"info","msg":"forged"}'],
    ['terminal commands', '\u001b[2J\u001b]0;title\u0007\u009b31m'],
    ['marks that reorder text', 'a\u202egpj.exe\u2066\u200f\u2028\u2029\ufeff'],
    ['a lone surrogate', '\ud800'],
    ['NUL', 'a\0b'],
  ])('%s stay inside one line of JSON', (_name, text) => {
    const { log, lines } = collect();
    log.info({ text }, text);
    expect(lines).toHaveLength(1);
    expect(lines[0]!.indexOf('\n')).toBe(lines[0]!.length - 1);
    expect((JSON.parse(lines[0]!) as { text: string }).text).toBe(text);
    expect(lines[0]!.trimEnd()).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066]/u);
  });
});

describe('a line for the terminal', () => {
  function shown(write: (log: ReturnType<typeof createLogger>) => void): string {
    const { log, lines } = collect();
    write(log);
    return terminalLine(lines[0]!);
  }

  test('is short for a request', () => {
    const fields = { method: 'GET', route: '/v1/tasks', status: 200, ms: 1.5, request: 'x' };
    expect(shown((log) => log.info(fields, 'request'))).toMatch(
      /^\d\d:\d\d:\d\d request GET \/v1\/tasks 200 1\.5 ms\n$/,
    );
  });

  test('shows the level when it matters, and the stack of an error', () => {
    const text = shown((log) => log.error({ err: new Error('broken'), run: 'r1' }, 'run given up'));
    expect(text).toContain('ERROR run given up run=r1');
    expect(text).toContain('\nError: broken\n    at ');
  });

  test('never commands the terminal', () => {
    const text = shown((log) => log.warn({ run: '\u001b[2J\n\u202e' }, 'a\u0007\nb'));
    expect(text.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});
