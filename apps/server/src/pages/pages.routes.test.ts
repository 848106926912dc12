import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleDirectory, SCRIPT } from '../testing/console-build.ts';
import { exchange } from '../testing/raw-http.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';

const PORTAL = 'https://portal.example.com';
let directory: string;
let server: TestServer;
beforeAll(async () => {
  directory = await consoleDirectory();
  server = await startTestServer({ parentOrigins: [PORTAL] }, { consoleDirectory: directory });
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

async function page(path: string, from = server) {
  const response = await from.call(path, { headers: { Accept: 'text/html' } });
  const text = await response.text();
  const slot = /<meta name="zcbot-config" content="([^"]*)" \/>/.exec(text)?.[1];
  const configuration: unknown = slot && JSON.parse(slot.replaceAll('&quot;', '"'));
  return {
    status: response.status,
    text,
    configuration,
    code: /data-code="([^"]*)"/.exec(text)?.[1],
    framers: /frame-ancestors (.*)$/.exec(
      response.headers.get('Content-Security-Policy') ?? '',
    )?.[1],
  };
}

describe('the console page', () => {
  test.each(['/', '/static/dev.html', '/static/dev.html?embed=0', '/?embed=1'])(
    'stands alone at %s',
    async (path) => {
      expect(await page(path)).toMatchObject({
        status: 200,
        configuration: { mode: 'standalone' },
        framers: "'none'",
      });
    },
  );

  test('is rendered for the registered parent, and for nobody else', async () => {
    const path = `/static/dev.html?embed=1&parent_origin=${PORTAL}&task_id=x&theme=dark`;
    expect(await page(path)).toMatchObject({
      status: 200,
      configuration: { mode: 'embed', parentOrigin: PORTAL, selfParent: false },
      framers: PORTAL,
    });
  });

  test('reads the origin percent-encoded as well', async () => {
    const path = `/static/dev.html?parent_origin=${encodeURIComponent(PORTAL)}&embed=1`;
    expect(await page(path)).toMatchObject({ status: 200, framers: PORTAL });
  });

  test('keeps what the build wrote around the configuration', async () => {
    expect((await page('/')).text).toContain('<body>$& $1 stays</body>');
  });

  test('its own origin may embed itself; a Host header cannot make another origin its own', async () => {
    const own = server.url;
    expect(await page(`/static/dev.html?embed=1&parent_origin=${own}`)).toMatchObject({
      status: 200,
      configuration: { mode: 'embed', parentOrigin: own, selfParent: true },
    });
    const answer = await exchange(
      server.url,
      'GET /static/dev.html?embed=1&parent_origin=http://evil.test HTTP/1.1\r\nHost: evil.test\r\n' +
        'X-Forwarded-Host: evil.test\r\n\r\n',
    );
    expect(answer.status).toBe(403);
  });
});

describe('the placeholder', () => {
  test.each([
    ['missing', '', 400, 'missing_parent_origin', 'embed 模式缺少 parent_origin 参数'],
    ['empty', '&parent_origin=', 400, 'missing_parent_origin', 'is missing'],
    ['malformed', '&parent_origin=x', 400, 'malformed_parent_origin', '格式不正确'],
    [
      'named twice',
      `&parent_origin=${PORTAL}&parent_origin=${PORTAL}`,
      400,
      'malformed_parent_origin',
      'named once',
    ],
    [
      'not registered',
      '&parent_origin=https://evil.test',
      403,
      'unregistered_parent_origin',
      'ZCBOT_PARENT_ORIGINS=https://evil.test',
    ],
    [
      'loopback',
      '&parent_origin=http://localhost:3000',
      403,
      'unregistered_parent_origin',
      '未登记',
    ],
  ])('says what is wrong when the origin is %s', async (_name, query, status, code, words) => {
    const shown = await page(`/static/dev.html?embed=1${query}`);
    expect(shown).toMatchObject({ status, code, framers: '*' });
    expect(shown.text).toContain(words);
    expect(shown.text).not.toMatch(/<script|<link|<img|\son\w+=|javascript:/i);
  });

  test('shows a hostile claim as text', async () => {
    const claim = encodeURIComponent('"><script>alert(1)</script><img src=x onerror=alert(1)>');
    const { text } = await page(`/static/dev.html?embed=1&parent_origin=${claim}`);
    expect(text).not.toMatch(/<script|<img/);
    expect(text).toContain('&lt;script&gt;');
  });

  test('shows only the beginning of a long claim', async () => {
    const { text } = await page(`/static/dev.html?embed=1&parent_origin=${'x'.repeat(7_000)}`);
    expect(text.length).toBeLessThan(6_000);
  });

  test('brings its style along, under the hash its policy names', async () => {
    const response = await server.call('/static/dev.html?embed=1');
    const style = /<style>(.*)<\/style>/s.exec(await response.text())![1]!;
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    const hash = Buffer.from(digest).toString('base64');
    expect(response.headers.get('Content-Security-Policy')).toContain(`style-src 'sha256-${hash}'`);
  });
});

describe('without a build', () => {
  test('the page says what to run, and works as soon as it has been', async () => {
    const empty = await startTestServer(
      { parentOrigins: [PORTAL] },
      { consoleDirectory: `${directory}/none` },
    );
    for (const path of ['/', `/static/dev.html?embed=1&parent_origin=${PORTAL}`]) {
      const shown = await page(path, empty);
      expect(shown).toMatchObject({ status: 503, code: 'console_not_built' });
      expect(shown.text).toContain('npm run build');
    }
    expect((await page('/static/dev.html?embed=1', empty)).status).toBe(400);
    await empty.stop();
  });
});

describe('assets', () => {
  /** fetch decodes; node:http gives the bytes as they came. */
  function raw(path: string, headers: Record<string, string>) {
    return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
      (resolve, reject) => {
        const asked = request(`${server.url}${path}`, { headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              body: Buffer.concat(chunks),
            }),
          );
        });
        asked.on('error', reject).end();
      },
    );
  }
  const PATH = '/assets/index-test.js';

  test.each([
    ['br', 'gzip, deflate, br', brotliDecompressSync],
    ['gzip', 'gzip;q=1.0, br;q=0', gunzipSync],
    ['gzip', 'GZIP', gunzipSync],
    [undefined, 'identity', (body: Buffer) => body],
    [undefined, '', (body: Buffer) => body],
  ])('are sent as %s to a client that takes "%s"', async (encoding, accepted, decode) => {
    const { status, headers, body } = await raw(PATH, { 'Accept-Encoding': accepted });
    expect(status).toBe(200);
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['cache-control']).toContain('immutable');
    expect(headers['vary']).toBe('Accept-Encoding');
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(decode(body).toString()).toBe(SCRIPT);
  });

  test('a known copy is not sent again, and each encoding is a copy of its own', async () => {
    const compressed = await raw(PATH, { 'Accept-Encoding': 'br' });
    const plain = await raw(PATH, {});
    const [one, other] = [String(compressed.headers.etag), String(plain.headers.etag)];
    expect(one).not.toBe(other);
    const again = await raw(PATH, { 'If-None-Match': `"x", W/${other}` });
    expect(again.status).toBe(304);
    expect(again.body.length).toBe(0);
    expect((await raw(PATH, { 'If-None-Match': one })).status).toBe(200);
  });

  test('fonts are found in their folder, and are not compressed again', async () => {
    const font = await raw('/assets/fonts/text.woff2', { 'Accept-Encoding': 'br' });
    expect(font.headers['content-type']).toBe('font/woff2');
    expect([...font.body]).toEqual([1, 2, 3]);
  });

  test.each([
    '/assets/none.js',
    '/assets/',
    '/assets/../index.html',
    '/assets/%2e%2e/index.html',
    '/assets/..%2findex.html',
    '/assets/fonts',
    '/static/index.html',
    '/index.html',
  ])('nothing else is served: %s', async (path) => {
    const { status, headers } = await raw(path, {});
    expect(status).toBe(404);
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('an unknown address', () => {
  test('is a page for a reader and a problem for a program', async () => {
    expect(await page('/nowhere')).toMatchObject({ status: 404, code: 'not_found' });
    const answer = await server.call('/nowhere');
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 404, code: 'not_found' });
  });

  test('under /v1 is always a problem, and tells nothing to strangers', async () => {
    const headers = { Accept: 'text/html' };
    expect((await server.call('/v1/nowhere', { headers })).status).toBe(401);
    const { token } = await server.logIn();
    const known = await server.call('/v1/nowhere', { headers, token });
    expect(known.status).toBe(404);
    expect(known.headers.get('Content-Type')).toBe('application/problem+json');
  });
});
