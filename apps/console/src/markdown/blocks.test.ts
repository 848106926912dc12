import { describe, expect, test } from 'vitest';
import { BlockReader, languageName } from './blocks.ts';

const SAMPLE = [
  '# Title\n\nA paragraph with **bold**\nand a second line.\n\n',
  '- one\n- two\n  - nested\n\n    still two\n- three\n\n',
  '| a | b |\n|---|--:|\n| 1 | 2 |\n\n',
  '```ts\nconst a = 1;\n\nconst b = 2;\n```\n\n',
  '> quote\n> more\n\n1. first\n2. second\n\n',
  'Text with `code`, [link](https://x.example) and ![pic](https://x.example/p.png).\n\n',
  'Setext\n===\n\n~~~py\nprint("unclosed")\n',
].join('');

test('an answer read in any pieces ends as the same blocks as read at once', () => {
  const whole = new BlockReader().read(SAMPLE, true);
  for (const size of [1, 2, 3, 7, 50]) {
    const reader = new BlockReader();
    for (let end = size; end < SAMPLE.length; end += size) reader.read(SAMPLE.slice(0, end), false);
    const settled = reader.read(SAMPLE, false).slice(0, -1);
    expect(settled).toEqual(whole.slice(0, settled.length));
    expect(settled.length).toBe(whole.length - 1);
    expect(reader.read(SAMPLE, true)).toEqual(whole);
  }
});

test('settled blocks are not made again while the text grows', () => {
  const reader = new BlockReader();
  const before = reader.read('One.\n\nTwo.\n\nThr', false);
  const after = reader.read('One.\n\nTwo.\n\nThree.', false);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).toBe(before[1]);
});

test('a text that was replaced is read from its start', () => {
  const reader = new BlockReader();
  reader.read('One.\n\nTwo.\n\nThree', false);
  expect(reader.read('Other.\n\nWords', false)).toEqual([
    { kind: 'html', html: '<p>Other.</p>\n' },
    { kind: 'html', html: '<p>Words</p>\n' },
  ]);
});

test('Windows line ends do not keep blocks from settling', () => {
  const reader = new BlockReader();
  const before = reader.read('One.\r\n\r\nTwo.\r\n\r\nThr', false);
  expect(reader.read('One.\r\n\r\nTwo.\r\n\r\nThree', false)[0]).toBe(before[0]);
});

describe('code', () => {
  test('is closed by its fence, not by anything inside it', () => {
    const reader = new BlockReader();
    expect(reader.read('````md\n```\nx\n', false)).toMatchObject([{ kind: 'code', closed: false }]);
    expect(reader.read('````md\n```\nx\n````', false)).toMatchObject([
      { kind: 'code', closed: true, language: 'md', code: '```\nx' },
    ]);
  });

  test.each([
    ['ts title="x"', 'ts'],
    ['C++', 'c++'],
    ['"><img src=x>', ''],
    ['', ''],
  ])('of language %j is called %j', (info, name) => expect(languageName(info)).toBe(name));
});

test('headings stand under those of the page', () => {
  expect(new BlockReader().read('# One\n\n###### Six', true)).toEqual([
    { kind: 'html', html: '<h2>One</h2>\n' },
    { kind: 'html', html: '<h6>Six</h6>\n' },
  ]);
});

test('an image becomes a link, and one that is no web address only its text', () => {
  const [web, data] = new BlockReader().read(
    '![a "b"](https://x.example/p.png)\n\n![c](data:image/png;base64,AA)',
    true,
  );
  expect(web).toEqual({
    kind: 'html',
    html: '<p><a href="https://x.example/p.png">a &quot;b&quot;</a></p>\n',
  });
  expect(data).toEqual({ kind: 'html', html: '<p>c</p>\n' });
});

test('link definitions count once the answer is complete', () => {
  const text = 'See [docs].\n\n[docs]: https://x.example';
  expect(new BlockReader().read(text, true)).toEqual([
    { kind: 'html', html: '<p>See <a href="https://x.example">docs</a>.</p>\n' },
  ]);
});

describe('raw HTML', () => {
  const html = (text: string) =>
    new BlockReader()
      .read(text, true)
      .map((block) => (block.kind === 'html' ? block.html : ''))
      .join('');

  test.each([
    '<script>alert(1)</script>',
    'a <img src=x onerror=alert(1)> b',
    '<svg onload=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<div style="position:fixed">x</div>',
    '<iframe src="https://evil.example"></iframe>',
    '<b onclick=alert(1)>x</b>',
    '<style>*{display:none}</style>',
    '<!-- <b> --><base href="https://evil.example">',
  ])('%s is shown, not interpreted', (text) => {
    expect(html(text).replace(/<\/?(p|b)>/g, '')).not.toMatch(/<[a-z!/]/i);
    expect(html(text)).toContain('&lt;');
  });

  test('plain marks work', () => {
    expect(html('H<sub>2</sub>O, one<br>two, <kbd>Esc</kbd>')).toBe(
      '<p>H<sub>2</sub>O, one<br>two, <kbd>Esc</kbd></p>\n',
    );
  });
});
