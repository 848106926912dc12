import { expect, test } from 'vitest';
import { ProxyError } from './proxy-error.ts';
import { parseTarget } from './target.ts';

test.each([
  [
    '/https://api.coze.cn/v3/chat?conversation_id=1',
    'https://api.coze.cn/v3/chat?conversation_id=1',
  ],
  ['/https:/api.coze.cn/v3/chat?a=1', 'https://api.coze.cn/v3/chat?a=1'],
  ['/HTTPS://API.coze.cn/', 'https://api.coze.cn/'],
  ['/http://api.coze.cn', 'http://api.coze.cn/'],
  ['/wss://ws.coze.cn/v1/chat?bot_id=1', 'wss://ws.coze.cn/v1/chat?bot_id=1'],
  ['/https%3A%2F%2Fapi.coze.cn%2Fv1%3Fx%3D1%26y%3D%2525', 'https://api.coze.cn/v1?x=1&y=%25'],
  ['/https%3a%2f%2fapi.coze.cn%2f', 'https://api.coze.cn/'],
  ['/?url=https://api.coze.cn/a?x=1&y=2', 'https://api.coze.cn/a?x=1&y=2'],
  ['/?quest=https://api.coze.cn/a?x=1&y=2', 'https://api.coze.cn/a?x=1&y=2'],
  ['/?url=https%3A%2F%2Fapi.coze.cn%2Fa%3Fx%3D1', 'https://api.coze.cn/a?x=1'],
  ['/https://api.coze.cn/a%2Fb%20c', 'https://api.coze.cn/a%2Fb%20c'],
  ['/https://api.coze.cn/a#secret', 'https://api.coze.cn/a'],
  ['/https://api.coze.cn/%E4%B8%AD', 'https://api.coze.cn/%E4%B8%AD'],
])('%s means %s', (address, target) => {
  expect(parseTarget(address)?.href).toBe(target);
});

test.each(['/', '/favicon.ico', '/coze/v3/chat', '/api.coze.cn/v1', '/?x=1'])(
  '%s names no target',
  (address) => {
    expect(parseTarget(address)).toBeNull();
  },
);

test.each([
  '/https://user@api.coze.cn/',
  '/https://user:pass@api.coze.cn/',
  '/https://@api.coze.cn/',
  '/https://api.coze.cn@evil.example/',
  '/https:///api.coze.cn/',
  '/https://',
  '/https://api.coze.cn\\@evil.example/',
  '/https%3A%2F%2Fapi.coze.cn%5C%5Cevil.example',
  '/https%3A%2F%2Fapi.coze%09.cn%2F',
  '/https%3A%2F%2Fapi.coze.cn%0d%0aX%3A1',
  '/https%3A%2F%2F%zz',
  '/https://api.coze.cn:99999/',
  '/?url=ftp://api.coze.cn/',
  '/?url=file:///etc/passwd',
  '/?url=javascript:alert(1)',
])('%s is refused as a bad target', (address) => {
  expect(() => parseTarget(address)).toThrow(ProxyError);
});
