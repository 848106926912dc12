import { expect, test } from 'vitest';
import { healTail } from './heal.ts';

test.each([
  ['nothing to do', 'plain **bold** text', 'plain **bold** text'],
  ['open bold', 'a **bol', 'a **bol**'],
  ['bold with half of its end', 'a **bold*', 'a **bold**'],
  ['bold before its first letter', 'a **', 'a '],
  ['open emphasis', 'an *emph', 'an *emph*'],
  ['open strike-through', 'a ~~gon', 'a ~~gon~~'],
  ['open code', 'run `npm te', 'run `npm te`'],
  ['code before its first letter', 'run `', 'run '],
  ['stars inside open code', 'run `a ** b', 'run `a ** b`'],
  ['half a link', 'see [the docs](https://exa', 'see the docs'],
  ['half a link text', 'see [the do', 'see the do'],
  ['a whole link', 'see [docs](https://x.example)', 'see [docs](https://x.example)'],
  ['an earlier paragraph is left alone', 'a ** b\n\nc **d', 'a ** b\n\nc **d**'],
  ['a product is no emphasis', '2 * 3 = 6', '2 * 3 = 6'],
])('%s', (_, written, shown) => {
  expect(healTail(written)).toBe(shown);
});
