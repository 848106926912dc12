/** Redirects are not followed; they come back through the proxy, where their target is judged. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { startTestProxy, type TestProxy } from '../testing/upstream.ts';

let running: TestProxy;
afterEach(() => running.stop());

async function get(url: string) {
  const request = httpRequest(url).end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  return { status: answer.statusCode, location: answer.headers.location };
}

/** The upstream redirects /a/b?x=1, knows every other path, and is called ORIGIN. */
async function redirectTo(location: string, status = 302) {
  running = await startTestProxy((request, response) => {
    if (request.url !== '/a/b?x=1') return void response.end();
    response.writeHead(status, { Location: location.replace('ORIGIN', running.origin) }).end();
  });
  return get(`${running.through}/a/b?x=1`);
}

test.each([
  ['/next?y=%25', '/ORIGIN/next?y=%25', 200],
  ['next', '/ORIGIN/a/next', 200],
  ['../up', '/ORIGIN/up', 200],
  ['?y=2', '/ORIGIN/a/b?y=2', 200],
  ['', '/ORIGIN/a/b?x=1', 302],
  ['ORIGIN/whole', '/ORIGIN/whole', 200],
  ['https://evil.example/', '/https://evil.example/', 403],
  ['//evil.example/x', '/http://evil.example/x', 403],
  ['///evil.example/x', '/http://evil.example/x', 403],
  ['\\\\evil.example/x', '/http://evil.example/x', 403],
  ['http://127.0.0.1:1/', '/http://127.0.0.1:1/', 403],
  ['http://2130706433:1/', '/http://127.0.0.1:1/', 403],
  ['http://[::ffff:7f00:1]:1/', '/http://[::ffff:7f00:1]:1/', 403],
  ['http://169.254.169.254/latest', '/http://169.254.169.254/latest', 403],
  ['https://api.coze.cn:8443/', '/https://api.coze.cn:8443/', 403],
  ['https://api.coze.cn@evil.example/', '/https://api.coze.cn@evil.example/', 400],
  ['javascript:alert(1)', '/javascript:alert(1)', 404],
  ['data:text/html,x', '/data:text/html,x', 404],
  ['file:///etc/passwd', '/file:///etc/passwd', 404],
])('to "%s"', async (given, expected, afterwards) => {
  const answer = await redirectTo(given);
  expect(answer).toEqual({ status: 302, location: expected.replace('ORIGIN', running.origin) });
  expect((await get(running.proxy.url + answer.location!)).status).toBe(afterwards);
});

test.each([301, 302, 303, 307, 308])('status %i stays', async (status) => {
  expect(await redirectTo('/next', status)).toMatchObject({ status });
});

test('one that no browser could read is passed on as it is', async () => {
  expect((await redirectTo('http://[')).location).toBe('http://[');
});
