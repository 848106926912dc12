import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const code = read('public/zcbot-embed.js').replace(/^\/\/.*\n/, '');

it('is twelve lines, blank ones aside', () => {
  expect(code.split('\n').filter((line) => line.trim() !== '')).toHaveLength(12);
});

it.each(['embedding.md', 'embedding.zh-CN.md'])('stands in docs/%s as it runs here', (page) => {
  const [, shown] = /<!-- embed:start -->\s*```js\n([\s\S]*?)```/.exec(read(`../../docs/${page}`))!;
  expect(shown).toBe(code);
});
