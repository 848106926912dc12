import { describe, expect, test } from 'vitest';
import { metadataBlock, userscriptHeader } from './header.ts';

describe('the metadata block', () => {
  const block = metadataBlock(userscriptHeader('1.2.3'));
  const lines = block.split('\n');

  test('is framed as managers look for it', () => {
    expect(lines[0]).toBe('// ==UserScript==');
    expect(lines.at(-1)).toBe('// ==/UserScript==');
    for (const line of lines.slice(1, -1)) expect(line).toMatch(/^\/\/ @[\w:-]+( +\S.*)?$/);
  });

  test.each(['127.0.0.1', 'localhost'])(
    'asks for %s, since managers tell the two apart',
    (host) => {
      expect(block).toMatch(new RegExp(`@connect +${host.replaceAll('.', '\\.')}$`, 'm'));
    },
  );

  test('runs away from the page’s own world, in the top frame only', () => {
    expect(block).toMatch(/@noframes$/m);
    expect(block).toMatch(/@inject-into +content$/m);
    expect(block).toMatch(/@sandbox +DOM$/m);
  });

  test('updates from the address that the broker replaces', () => {
    expect(block).toMatch(/@updateURL +http:\/\/127\.0\.0\.1:8081\/coze-chat\.user\.js$/m);
    expect(block).toMatch(/@version +1\.2\.3$/m);
  });

  test('refuses a value that would begin a line of its own', () => {
    const header = { ...userscriptHeader('1'), name: 'a\n// @connect evil.example' };
    expect(() => metadataBlock(header)).toThrow('@name must be one line');
  });
});
