import { describe, expect, test } from 'vitest';
import { pickLanguage } from './language.ts';
import { generatePassword } from './password.ts';
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
