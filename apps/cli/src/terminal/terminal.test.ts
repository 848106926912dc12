import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { pickLanguage } from './language.ts';
import { choosePassword, generatePassword } from './password.ts';
import { displayWidth, table } from './table.ts';

describe('language', () => {
  test.each([
    [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
    [{ LANG: 'zh_TW' }, 'zh'],
    [{ LANG: 'en_US.UTF-8' }, 'en'],
    [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C.UTF-8' }, 'en'],
    [{ LANG: 'de_DE.UTF-8', LC_MESSAGES: 'zh_CN.UTF-8' }, 'zh'],
  ])('%j is %s', (environment, language) => {
    expect(pickLanguage(environment)).toBe(language);
  });
});

describe('table', () => {
  test('lines up Chinese and Latin text', () => {
    const [first = '', second = ''] = table([
      ['控制台', 'http://127.0.0.1'],
      ['Console', 'http://127.0.0.1'],
    ]);
    const before = (line: string) => displayWidth(line.slice(0, line.indexOf('http')));
    expect(before(first)).toBe(before(second));
  });

  test('leaves no blanks at the end of a line', () => {
    expect(
      table([
        ['a', ''],
        ['bbb', 'c'],
      ]),
    ).toEqual(['a', 'bbb  c']);
  });
});

test('generated passwords differ and hold 96 bits or more', () => {
  const made = Array.from({ length: 200 }, generatePassword);
  expect(new Set(made).size).toBe(made.length);
  const alphabet = new Set(made.join('')).size;
  expect(alphabet).toBe(56);
  for (const password of made) expect(password.length * Math.log2(alphabet)).toBeGreaterThan(96);
});

describe('a password asked for at a terminal', () => {
  const ask = async (typed: string) => {
    const shown = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const terminal = Object.assign(new PassThrough(), { isTTY: true });
      terminal.write(typed);
      const chosen = await choosePassword(false, 'en', terminal);
      return { ...chosen, shown: shown.mock.calls.join('') };
    } finally {
      shown.mockRestore();
    }
  };

  test('is what was entered twice, also when both came at once, and is not shown', async () => {
    const { password, generated, shown } = await ask('pasted password\rpasted password\r');
    expect({ password, generated }).toEqual({ password: 'pasted password', generated: false });
    expect(shown).not.toContain('pasted');
  });

  test('is made here when the answer is empty', async () => {
    expect(await ask('\r')).toMatchObject({ generated: true });
  });

  test.each([
    ['one\rother\r', 'The two entries differ.'],
    ['half\u0003', 'Cancelled.'],
    ['\u0004', 'Cancelled.'],
  ])('%j is refused', async (typed, reason) => {
    await expect(ask(typed)).rejects.toThrow(reason);
  });
});
