import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { checkPatListener, patCredentials } from './credentials.ts';

const pat = 'pat_abcdefghijklmnopqrstuvwxyz012345';

describe('a personal access token', () => {
  test('is taken, and cannot be printed by accident', () => {
    const result = patCredentials({ pat: ` Bearer ${pat}\n`, apiBase: 'https://api.coze.com' });
    if (!result.ok) throw new Error('refused');
    expect(result.credentials).toMatchObject({ kind: 'pat', region: 'com' });
    expect(result.credentials.pat.reveal()).toBe(pat);
    const printed = `${inspect(result, { depth: 9 })}${JSON.stringify(result)}${String(result.credentials.pat)}`;
    expect(printed).not.toContain(pat);
  });

  test('without a base belongs to coze.cn, with a warning', () => {
    const result = patCredentials({ pat });
    expect(result).toMatchObject({ ok: true, credentials: { apiBase: 'https://api.coze.cn' } });
    expect(result.ok && result.warnings.map(({ code }) => code)).toEqual(['api_base_assumed']);
  });

  test.each([
    ['', 'pat_missing'],
    ['czs_abcdefghijk', 'pat_is_a_session_token'],
    ['pat_ab cd', 'pat_malformed'],
    ['secret', 'pat_malformed'],
  ])('%j is refused', (written, code) => {
    const result = patCredentials({ pat: written, apiBase: 'https://api.coze.cn' });
    expect(!result.ok && result.faults.map((fault) => fault.code)).toEqual([code]);
    if (written) expect(JSON.stringify(result)).not.toContain(written);
  });

  test('a bad base is a fault', () => {
    expect(patCredentials({ pat, apiBase: 'http://api.coze.cn' })).toMatchObject({ ok: false });
  });
});

describe('a PAT gateway listens on', () => {
  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])('%s', (host) => {
    expect(checkPatListener({ host })).toBeNull();
  });
  test.each(['0.0.0.0', '::', '192.168.1.4', 'example.org', '127.0.0.1.example.org'])(
    '%s only when forced',
    (host) => {
      expect(checkPatListener({ host })).toMatchObject({
        refusal: { code: 'pat_off_loopback' },
        warning: { code: 'pat_forced_off_loopback' },
      });
    },
  );
});
