import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { startTestProxy, type TestProxy } from '../testing/upstream.ts';

let running: TestProxy | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

interface Echo {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** An upstream that answers with what it got. */
async function echo(
  environment: Record<string, string> = {},
  extra: Record<string, string | string[]> = {},
) {
  running = await startTestProxy((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      response.writeHead(200, { 'Content-Type': 'application/json', ...extra });
      response.end(JSON.stringify({ method, url, headers, body }));
    });
  }, environment);
  return running;
}

const problem = async (answer: Response) => ((await answer.json()) as { code: string }).code;

/** A raw exchange, for what fetch would not send. */
async function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(text.replaceAll('HOST', `${hostname}:${port}`));
  let answer = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket) answer += chunk as string;
  return answer;
}

describe('what goes upstream', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s with its body and query',
    async (method) => {
      const { through } = await echo();
      const body = method === 'GET' ? undefined : '{"text":"你好"}';
      const answer = await fetch(`${through}/v3/chat?conversation_id=1&x=%25`, {
        method,
        ...(body ? { body } : {}),
      });
      expect(await answer.json()).toMatchObject({
        method,
        url: '/v3/chat?conversation_id=1&x=%25',
        body: body ?? '',
      });
    },
  );

  test('HEAD keeps the length and has no body', async () => {
    running = await startTestProxy((_request, response) =>
      response.writeHead(200, { 'Content-Length': 5 }).end(),
    );
    const answer = await fetch(running.through, { method: 'HEAD' });
    expect(answer.headers.get('content-length')).toBe('5');
    expect(await answer.text()).toBe('');
  });

  test('the target’s own Host, and nothing that says who the user is', async () => {
    const { through, origin } = await echo();
    const answer = await fetch(`${through}/`, {
      headers: {
        Authorization: 'Bearer kept',
        'X-Coze-Client-User-Agent': '{}',
        Cookie: 'session=1',
        Origin: 'https://www.coze.cn',
        Referer: 'https://www.coze.cn/private',
        'X-Session-Name': 'secret name',
        'X-Zcbot-Pairing': 'secret key',
        'X-Forwarded-For': '1.2.3.4',
      },
    });
    const { headers } = (await answer.json()) as Echo;
    expect(headers).toMatchObject({
      host: new URL(origin).host,
      authorization: 'Bearer kept',
      'x-coze-client-user-agent': '{}',
    });
    for (const name of [
      'cookie',
      'origin',
      'referer',
      'x-session-name',
      'x-zcbot-pairing',
      'x-forwarded-for',
    ]) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  test('no hop-by-hop header, and none that Connection names', async () => {
    const { proxy, origin } = await echo();
    const answer = await raw(
      proxy.url,
      `GET /${origin}/ HTTP/1.1\r\nHost: HOST\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n` +
        'TE: trailers\r\nProxy-Authorization: Basic x\r\nX-Kept: 1\r\n\r\n',
    );
    expect(answer).toContain('"x-kept":"1"');
    for (const name of ['x-hop', '"te"', 'keep-alive":', 'proxy-authorization'])
      expect(answer).not.toContain(name);
  });

  test('an upload that expects 100-continue', async () => {
    const { proxy, origin } = await echo();
    const request = httpRequest(`${proxy.url}/${origin}/up`, {
      method: 'POST',
      headers: { Expect: '100-continue', 'Content-Length': 4 },
    });
    request.on('continue', () => request.end('body'));
    request.flushHeaders();
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    answer.setEncoding('utf8');
    const text = (await answer.toArray()).join('');
    expect(answer.statusCode).toBe(200);
    expect((JSON.parse(text) as Echo).body).toBe('body');
  });
});

describe('what comes back', () => {
  test('compressed bodies to the letter', async () => {
    const zipped = gzipSync('{"hello":"扣子"}'.repeat(100));
    running = await startTestProxy((_request, response) => {
      response
        .writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': zipped.length })
        .end(zipped);
    });
    const request = httpRequest(running.through).end();
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    expect(Buffer.concat(await answer.toArray())).toEqual(zipped);
    expect(answer.headers['content-encoding']).toBe('gzip');
  });

  test('no cookie, no foreign CORS header, nothing that acts on the gateway’s own origin', async () => {
    const { through } = await echo(
      {},
      {
        'Set-Cookie': ['a=1', 'b=2'],
        'Access-Control-Allow-Origin': '*',
        'Strict-Transport-Security': 'max-age=1',
        'Clear-Site-Data': '"*"',
        'X-Tt-Logid': 'log1',
      },
    );
    const { headers } = await fetch(through, { headers: { Origin: 'https://www.coze.cn' } });
    expect(headers.get('access-control-allow-origin')).toBe('https://www.coze.cn');
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-expose-headers')).toContain('x-tt-logid');
    expect(headers.get('vary')).toContain('Origin');
    expect(headers.get('x-tt-logid')).toBe('log1');
    for (const name of ['set-cookie', 'strict-transport-security', 'clear-site-data'])
      expect(headers.has(name)).toBe(false);
  });

  test.each([
    ['/next?x=1', (origin: string) => `/${origin}/next?x=1`],
    ['https://api.coze.com/a', () => '/https://api.coze.com/a'],
    ['http://127.0.0.1:1/', () => '/http://127.0.0.1:1/'],
  ])(
    'a redirect to %s leads back through the proxy and is not followed',
    async (location, expected) => {
      running = await startTestProxy((_request, response) =>
        response.writeHead(302, { Location: location }).end(),
      );
      const answer = await fetch(running.through, { redirect: 'manual' });
      expect(answer.status).toBe(302);
      expect(answer.headers.get('location')).toBe(expected(running.origin));
    },
  );

  test('a redirect into a private address ends at the guard', async () => {
    running = await startTestProxy((_request, response) =>
      response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
    );
    const answer = await fetch(running.through);
    expect(answer.status).toBe(403);
    expect(await problem(answer)).toBe('host_not_allowed');
  });

  test('the head comes before the first byte of the body', async () => {
    let send = (): void => {};
    running = await startTestProxy((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      send = () => response.end('data: 1\n\n');
    });
    const answer = await fetch(running.through);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    send();
    expect(await answer.text()).toBe('data: 1\n\n');
  });
});

describe('who may call', () => {
  test.each([
    'https://www.coze.cn',
    'https://coze.com',
    'http://localhost:5173',
    'http://127.0.0.1:3000',
    'http://[::1]:9',
  ])('pages of %s', async (origin) => {
    const { through } = await echo();
    const answer = await fetch(through, { headers: { Origin: origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  });

  test.each([
    'null',
    'https://evil.example',
    'https://www.coze.cn.evil.example',
    'https://evil-www.coze.cn',
    'http://www.coze.cn',
    'https://www.coze.cn:444',
    'https://WWW.coze.cn',
    'https://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'https://www.coze.cn/',
  ])('not pages of %s, whose request goes nowhere', async (origin) => {
    let reached = false;
    running = await startTestProxy((_request, response) => {
      reached = true;
      response.end();
    });
    const answer = await fetch(running.through, { headers: { Origin: origin } });
    expect(answer.status).toBe(403);
    expect(await problem(answer)).toBe('origin_not_allowed');
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
    expect(answer.headers.get('vary')).toContain('Origin');
    expect(reached).toBe(false);
  });

  test.each([
    'chrome-extension://dhdgffkkebhmkfjojejmpbldmpobfkfo',
    'moz-extension://8a1f9a8e-6a0c-4c53-9d2b-0f5a6f1f3c11',
    'safari-web-extension://E5B1C2D3-0000-4000-8000-000000000001',
  ])('the script manager at %s, without CORS headers', async (origin) => {
    const { through } = await echo();
    const answer = await fetch(through, { method: 'POST', headers: { Origin: origin } });
    expect(answer.status).toBe(200);
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
    expect(((await answer.json()) as Echo).headers).not.toHaveProperty('origin');
  });

  test('a preflight is answered here, with what was asked', async () => {
    let reached = false;
    running = await startTestProxy((_request, response) => {
      reached = true;
      response.end();
    });
    const asked = 'authorization,content-type,x-coze-client-user-agent';
    const answer = await fetch(running.through, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://www.coze.cn',
        'Access-Control-Request-Method': 'PATCH',
        'Access-Control-Request-Headers': asked,
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-methods')).toBe('PATCH');
    expect(answer.headers.get('access-control-allow-headers')).toBe(asked);
    expect(reached).toBe(false);
  });

  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.:PORT',
    '2130706433:PORT',
    '',
  ])('not under the name "%s" (DNS rebinding)', async (host) => {
    const { proxy } = await echo();
    const name = host.replace('PORT', new URL(proxy.url).port);
    expect(
      await raw(proxy.url, `GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 4(21|00)/);
  });

  test('not with two Host headers', async () => {
    const { proxy } = await echo();
    const answer = await raw(
      proxy.url,
      'GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 421/);
  });
});

describe('limits', () => {
  test('an upload over the limit is refused by its declared length, and by its real one', async () => {
    const { through } = await echo({ COZE_PROXY_MAX_BODY: '2048' });
    const declared = await fetch(through, { method: 'POST', body: 'x'.repeat(4096) });
    expect([declared.status, await problem(declared)]).toEqual([413, 'body_too_large']);
    const stream = new ReadableStream({
      async pull(controller) {
        await delay(5);
        controller.enqueue(new TextEncoder().encode('x'.repeat(512)));
      },
    });
    const streamed = await fetch(through, {
      method: 'POST',
      body: stream,
      duplex: 'half',
    } as RequestInit).catch((error: unknown) => error);
    if (streamed instanceof Response) expect(streamed.status).toBe(413);
    else expect(streamed).toBeInstanceOf(Error);
  });

  test('requests per minute, with the time to wait', async () => {
    const { through } = await echo({ COZE_PROXY_RATE_LIMIT: '3' });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await fetch(through)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await fetch(through, { headers: { Origin: 'https://www.coze.cn' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://www.coze.cn');
  });

  test('requests open at a time', async () => {
    running = await startTestProxy((_request, response) => response.writeHead(200).flushHeaders(), {
      COZE_PROXY_MAX_CONCURRENCY: '2',
    });
    const open = new AbortController();
    await Promise.all([1, 2].map(() => fetch(running!.through, { signal: open.signal })));
    expect(await problem(await fetch(running.through))).toBe('too_many_requests');
    open.abort();
    await expect
      .poll(
        async () => (await fetch(running!.through, { signal: AbortSignal.timeout(500) })).status,
      )
      .toBe(200);
  });
});

describe('failures', () => {
  test('say their phase, with CORS headers, so that the page can read them', async () => {
    running = await startTestProxy((request) => request.socket.destroy());
    const answer = await fetch(running.through, { headers: { Origin: 'https://www.coze.cn' } });
    expect(answer.status).toBe(502);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://www.coze.cn');
    expect(await answer.json()).toMatchObject({ code: 'upstream_failed', phase: 'head' });
  });

  test('a port that nobody listens on', async () => {
    running = await startTestProxy(() => {}, { COZE_ALLOWED_PRIVATE: '127.0.0.1:1' });
    const answer = await fetch(`${running.proxy.url}/http://127.0.0.1:1/`);
    expect(await answer.json()).toMatchObject({ code: 'upstream_failed', phase: 'connect' });
  });

  test('absolute-form and unknown addresses reach nothing', async () => {
    const { proxy } = await echo();
    const absolute = await raw(
      proxy.url,
      'GET http://evil.example/ HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n',
    );
    expect(absolute).toMatch(/^HTTP\/1\.1 40[034]/);
    expect((await fetch(`${proxy.url}/nothing`)).status).toBe(404);
    expect((await fetch(proxy.url)).status).toBe(200);
  });
});

describe('/coze/', () => {
  const access = (origin: string) => ({
    apiBase: new URL(origin),
    authorize: () => Promise.resolve('token-of-the-session'),
  });

  test('attaches the session’s token and takes the caller’s away', async () => {
    running = await startTestProxy(
      (request, response) =>
        response.end(JSON.stringify({ url: request.url, headers: request.headers })),
      {},
      access,
    );
    const answer = await fetch(`${running.proxy.url}/coze/v3/chat?conversation_id=1`, {
      method: 'POST',
      headers: { Authorization: 'Bearer placeholder', 'X-Session-Name': 'me' },
      body: '{}',
    });
    const { url, headers } = (await answer.json()) as Echo;
    expect(url).toBe('/v3/chat?conversation_id=1');
    expect(headers.authorization).toBe('Bearer token-of-the-session');
    expect(headers).not.toHaveProperty('x-session-name');
  });

  test.each(['//evil.example/x', '/..//evil.example', '/\\evil.example'])(
    '%s stays on Coze’s API',
    async (path) => {
      const seen: (string | undefined)[] = [];
      running = await startTestProxy(
        (request, response) => {
          seen.push(request.headers.host);
          response.end();
        },
        {},
        access,
      );
      const answer = await raw(
        running.proxy.url,
        `GET /coze${path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (200|400)/);
      for (const host of seen) expect(host).toBe(new URL(running.origin).host);
    },
  );

  test.each([
    ['image', 'cross-site', 'no-cors', 'image', 403],
    ['script', 'cross-site', 'no-cors', 'script', 403],
    ['link', 'cross-site', 'navigate', 'document', 403],
    ['image from another port', 'same-site', 'no-cors', 'image', 403],
    ['script manager', 'cross-site', 'cors', 'empty', 200],
    ['script manager', 'none', 'cors', 'empty', 200],
  ])('a %s (%s, %s, %s) without an Origin gets %i', async (_what, site, mode, dest, status) => {
    running = await startTestProxy((_request, response) => response.end(), {}, access);
    const headers = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': mode, 'Sec-Fetch-Dest': dest };
    const request = httpRequest(`${running.proxy.url}/coze/v1/users/me`, { headers }).end();
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(status);
  });
});
