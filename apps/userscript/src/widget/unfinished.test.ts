import { describe, expect, test } from 'vitest';
import { closeOpenMarks } from './unfinished.ts';

describe('an unfinished message', () => {
  test.each([
    ['is **bol', 'is **bol**'],
    ['is **bold ', 'is **bold**'],
    ['is **', 'is '],
    ['**', ''],
    ['run `npm i', 'run `npm i`'],
    ['run `', 'run '],
    ['**a `b', '**a `b`**'],
    ['see [the page](https://exam', 'see the page'],
    ['see ![a chart](https://exam', 'see a chart'],
    ['one **two**\n\nthree **fo', 'one **two**\n\nthree **fo**'],
  ])('%j is drawn as %j', (text, drawn) => {
    expect(closeOpenMarks(text)).toBe(drawn);
  });

  test.each([
    'plain words',
    'is **bold**',
    'run `a ** b`',
    '2 * 3 * 4',
    '- one\n- two',
    '[the page](https://example.com/)',
    '[an aside] and (another',
    '```js\nconst a = `half **',
    '~~~\n[x](y',
    '```\na\n```\n\ndone',
  ])('%j stays as it is', (text) => {
    expect(closeOpenMarks(text)).toBe(text);
  });
});
