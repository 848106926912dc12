import { expect, test } from 'vitest';
import { parseMode } from './launch.ts';

test.each([
  ['{}', { kind: 'standalone' }],
  ['{"mode":"standalone"}', { kind: 'standalone' }],
  [
    '{"mode":"embed","parentOrigin":"https://portal.example.com","selfParent":false}',
    { kind: 'embed', parentOrigin: 'https://portal.example.com', selfParent: false },
  ],
  [
    '{"mode":"embed","parentOrigin":"http://127.0.0.1:8765","selfParent":true}',
    { kind: 'embed', parentOrigin: 'http://127.0.0.1:8765', selfParent: true },
  ],
  ['{"mode":"embed"}', { kind: 'standalone' }],
])('reads %s as rendered by the server', (content, mode) => {
  expect(parseMode(content)).toEqual(mode);
});
