import { expect, test } from 'vitest';
import { nextSentences } from './sentences.ts';

const read = (text: string, from = 0, final = false) => nextSentences(text, from, final, 'Code.');

test('gives whole sentences only, and the rest at the end', () => {
  const text = 'It rains. It sho';
  expect(read(text)).toEqual({ spoken: 'It rains.', next: 9 });
  expect(read(text, 9)).toEqual({ spoken: '', next: 9 });
  expect(read(text, 9, true)).toEqual({ spoken: 'It sho', next: text.length });
});

test('knows Chinese sentences, which have no spaces between them', () => {
  expect(read('今天下雨。明天也').spoken).toBe('今天下雨。');
});

test('a point inside a number or a file name ends nothing', () => {
  expect(read('See main.ts for 3.14').spoken).toBe('');
});

test('reads words, not marks', () => {
  const text = '# Title\n\n- **bold** and [a link](https://x.example)\n| a | b |\n|---|---|\n';
  expect(read(text).spoken).toBe('Title bold and a link a b');
});

test('code is announced, not spelled out, also when it arrives in pieces', () => {
  const whole = 'Here:\n```ts\nconst a = 1;\nlet b;\n```\nDone.\n';
  expect(read(whole).spoken).toBe('Here: Code. Done.');
  const first = read(whole.slice(0, 20));
  expect(first.spoken).toBe('Here: Code.');
  expect(read(whole, first.next).spoken).toBe('Done.');
});
