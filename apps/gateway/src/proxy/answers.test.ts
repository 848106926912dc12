/** What callers of the proxy can rely on in every answer: the forms of a target, CORS, one hop's headers. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { startTestProxy, type TestProxy } from '../testing/upstream.ts';
import { ProxyError } from './proxy-error.ts';

const COZE_PAGE = 'https://www.coze.cn';

let running: TestProxy;
afterEach(() => running.stop());

test.each([
  ['plain', (target: string) => `/${target}`],
  ['with one slash', (target: string) => `/${target.replace('//', '/')}`],
  ['encoded', (target: string) => `/${encodeURIComponent(target)}`],
  ['?url=, plain', (target: string) => `/?url=${target}`],
  ['?url=, encoded', (target: string) => `/?url=${encodeURIComponent(target)}`],
  ['?quest=, plain', (target: string) => `/?quest=${target}`],
  ['?quest=, encoded', (target: string) => `/?quest=${encodeURIComponent(target)}`],
])('the query arrives to the letter: %s', async (_form, address) => {
  running = await startTestProxy((request, response) => response.end(request.url));
  const path = '/v3/chat?conversation_id=1&x=%25&y=a%26b&z=%E4%BD%A0&url=https://a.example/?b';
  const answer = await fetch(running.proxy.url + address(running.origin + path));
  expect(await answer.text()).toBe(path);
});

test.each([
  ['bad target', '/https://user@api.coze.cn/', 400, 'bad_target'],
  ['host not allowed', '/https://evil.example/', 403, 'host_not_allowed'],
  ['nothing there', '/nothing', 404, 'not_found'],
  ['body too large', '/TARGET', 413, 'body_too_large'],
  ['upstream gone', '/http://127.0.0.1:1/', 502, 'upstream_failed'],
  ['name unknown', '/https://no-such-name.zcbot.invalid/', 502, 'upstream_failed'],
  ['no token', '/coze/v1/users/me', 502, 'token_failed'],
])('pages can read why: %s', async (_what, path, status, code) => {
  running = await startTestProxy(
    (_request, response) => response.end(),
    {
      COZE_PROXY_MAX_BODY: '1024',
      COZE_ALLOWED_HOSTS: '*.zcbot.invalid',
      COZE_ALLOWED_PRIVATE: '127.0.0.1:1',
    },
    (origin) => ({
      apiBase: new URL(origin),
      authorize: () => Promise.reject(new ProxyError('token_failed', 'none', { phase: 'token' })),
    }),
  );
  const answer = await fetch(running.proxy.url + path.replace('TARGET', running.origin), {
    method: 'POST',
    headers: { Origin: COZE_PAGE },
    body: status === 413 ? 'x'.repeat(2048) : 'x',
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('access-control-allow-origin')).toBe(COZE_PAGE);
  expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
  expect(answer.headers.get('vary')).toContain('Origin');
  expect(await answer.json()).toMatchObject({ code, error: expect.any(String) as string });
});

test('no hop-by-hop header comes back, and none that Connection names', async () => {
  running = await startTestProxy((_request, response) => {
    const { socket } = response;
    socket!.end(
      'HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=9999\r\n' +
        'Proxy-Authenticate: Basic\r\nProxy-Connection: close\r\nTrailer: X-End\r\nX-Kept: 1\r\n' +
        'Content-Length: 2\r\n\r\nok',
    );
  });
  const request = httpRequest(running.through).end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  expect(Buffer.concat(await answer.toArray()).toString()).toBe('ok');
  expect(answer.headers).toMatchObject({ 'x-kept': '1' });
  expect(answer.headers['keep-alive']).not.toBe('timeout=9999');
  for (const name of ['x-hop', 'proxy-authenticate', 'proxy-connection', 'trailer'])
    expect(answer.headers).not.toHaveProperty(name);
});
