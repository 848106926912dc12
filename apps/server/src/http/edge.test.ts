import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchange, openSocket } from '../testing/raw-http.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';

let server: TestServer;
const lines: string[] = [];
beforeAll(async () => {
  server = await startTestServer({}, { logOutput: { write: (line) => lines.push(line) } });
});
afterAll(() => server.stop());

const JSON_TYPE = 'Content-Type: application/json\r\n';
const get = (head = '', target = '/healthz'): string =>
  `GET ${target} HTTP/1.1\r\nHost: zcbot.test\r\n${head}\r\n`;
const post = (head: string, body = ''): string =>
  `POST /v1/auth/login HTTP/1.1\r\nHost: zcbot.test\r\n${head}\r\n${body}`;

describe('the HTTP edge', () => {
  test.each([
    ['a plain request', get()],
    ['HTTP/1.0 without Host', 'GET /healthz HTTP/1.0\r\n\r\n'],
    ['an empty Content-Length on GET', get('Content-Length: 0\r\n')],
    ['an IPv6 host', 'GET /healthz HTTP/1.1\r\nHost: [::1]:8765\r\n\r\n'],
    ['a hundred header lines', get('a: b\r\n'.repeat(99))],
    ['an upgrade that is not offered', get('Connection: Upgrade\r\nUpgrade: websocket\r\n')],
  ])('answers %s', async (_name, bytes) => {
    expect((await exchange(server.url, bytes)).status).toBe(200);
  });

  test.each([
    ['two Host headers', get('Host: other.test\r\n'), 400],
    ['the same Host twice', get('Host: zcbot.test\r\n'), 400],
    ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['a host with user-info', 'GET /healthz HTTP/1.1\r\nHost: a@b\r\n\r\n', 400],
    ['a host with a path', 'GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
    ['a host with a space', 'GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
    ['the absolute form', get('', 'http://evil.test/healthz'), 400],
    ['the asterisk form', 'OPTIONS * HTTP/1.1\r\nHost: zcbot.test\r\n\r\n', 400],
    ['GET with a body', `${get('Content-Length: 2\r\n')}{}`, 400],
    ['GET with a chunked body', `${get('Transfer-Encoding: chunked\r\n')}0\r\n\r\n`, 400],
    [
      'HTTP/1.0 with Transfer-Encoding',
      'POST /v1/auth/login HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['both lengths', post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
    ['two lengths', post('Content-Length: 2\r\nContent-Length: 3\r\n', '{} '), 400],
    ['an unknown coding', post('Transfer-Encoding: gzip\r\n', '{}'), 400],
    ['chunked not last', post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n'), 400],
    ['a space before the colon', get('Content-Length : 0\r\n'), 400],
    ['a folded header', get('X-A: b\r\n c\r\n'), 400],
    ['a NUL in a header', get('X-A: b\0c\r\n'), 400],
    ['a bare line feed', 'GET /healthz HTTP/1.1\nHost: a\n\n', 400],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01', 400],
    ['an unknown expectation', post('Expect: 200-ok\r\nContent-Length: 2\r\n', '{}'), 417],
    ['a target over 8 KiB', get('', `/${'a'.repeat(8 * 1024)}`), 414],
    ['a head over 16 KiB', get(`X-A: ${'b'.repeat(16 * 1024)}\r\n`), 431],
    ['101 header lines', get('a: b\r\n'.repeat(100)), 431],
    ['2,500 header lines', get('a:\r\n'.repeat(2_500)), 431],
  ])('refuses %s', async (_name, bytes, status) => {
    const answer = await exchange(server.url, bytes);
    expect(answer.status).toBe(status);
    expect(answer.closed).toBe(true);
    expect(answer.text).toContain('application/problem+json');
    expect(answer.text).toMatch(/content-security-policy: default-src 'none'/i);
  });

  test('reads a chunked body whose coding follows a tab, as RFC 9110 §5.6.3 allows', async () => {
    const coding = `${JSON_TYPE}Transfer-Encoding:\tchunked\r\n`;
    const answer = await exchange(server.url, post(coding, '2\r\n{}\r\n0\r\n\r\n'));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('"field":"user_id"');
  });

  test('a refused request cannot smuggle a second one', async () => {
    const smuggled = 'GET /v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n';
    const length = Buffer.byteLength(smuggled);
    const answer = await exchange(server.url, `${get(`Content-Length: ${length}\r\n`)}${smuggled}`);
    expect(answer.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test.each([
    '/%',
    '/%zz',
    '/v1/tasks/%E0%A4%A',
    '/assets/%c0%ae%c0%ae/x',
    '/static/%00',
    '/\\evil',
  ])('a malformed escape is no server error: %s', async (target) => {
    const { status } = await exchange(server.url, get('', target));
    expect([400, 401, 404]).toContain(status);
  });

  test('a request that stays half sent is cut off, and a stream is not', async () => {
    const { token } = await server.logIn();
    const stream = await server.call('/v1/events', { token });
    const reader = stream.body!.getReader();
    const half = exchange(server.url, 'GET /healthz HTTP/1.1\r\nHost: a\r\n', { waitMs: 15_000 });
    const answer = await half;
    expect(answer.status).toBe(408);
    expect(answer.closed).toBe(true);
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('retry:');
    await reader.cancel();
  }, 20_000);

  test('a body that turns into nonsense is refused, and logged as refused', async () => {
    const bytes = post(`${JSON_TYPE}Transfer-Encoding: chunked\r\n`, '2\r\n{}\r\nnonsense\r\n');
    const answer = await exchange(server.url, bytes);
    expect(answer).toMatchObject({ status: 400, closed: true });
    await expect
      .poll(() => lines.at(-1), { timeout: 5_000 })
      .toMatch(/"route":"\/v1\/auth\/login","status":400/);
  });

  test('a peer that never closes its side is not waited for', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    socket.on('error', () => {}).resume();
    socket.write('nonsense\r\n\r\n');
    await once(socket, 'end');
    const startedAt = performance.now();
    // Writing fails once the server has let go of its side.
    const beat = setInterval(() => socket.write('x'), 50);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(beat);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  test('a peer that vanishes in mid-request leaves the server well', async () => {
    for (const bytes of [get().slice(0, 10), post('Content-Length: 10\r\n', '{')]) {
      const socket = await openSocket(server.url);
      socket.on('error', () => {});
      socket.write(bytes);
      socket.resetAndDestroy();
    }
    expect((await exchange(server.url, get())).status).toBe(200);
  });

  test('says 100 Continue only to a body it will read', async () => {
    const json = `${JSON_TYPE}Expect: 100-continue\r\n`;
    const patient = { quietMs: 2_000 };
    const small = await exchange(server.url, post(`${json}Content-Length: 2\r\n`, '{}'), patient);
    expect(small.text).toContain('100 Continue');
    expect(small.status).toBe(400);
    const large = await exchange(server.url, post(`${json}Content-Length: 2000000\r\n`));
    expect(large.text).not.toContain('100 Continue');
    expect(large.status).toBe(413);
  });

  test('every answer names its request', async () => {
    const ids = await Promise.all(
      ['/healthz', '/nowhere', '/v1/tasks'].map(
        async (path) => (await server.call(path)).headers.get('X-Request-Id') ?? '',
      ),
    );
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('methods', () => {
  test.each([
    ['DELETE', '/v1/auth/login', 'POST'],
    ['OPTIONS', '/v1/auth/login', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['PUT', '/', 'GET, HEAD'],
    ['PATCH', '/docs', 'GET, HEAD'],
  ])('%s %s is answered 405 with what is allowed', async (method, path, allowed) => {
    const response = await server.call(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe(allowed);
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed' });
  });

  test('a known path with an identifier lists all its methods', async () => {
    const { token } = await server.logIn();
    const path = '/v1/tasks/00000000-0000-0000-0000-000000000000';
    const response = await server.call(path, { method: 'PUT', token });
    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe('GET, HEAD, PATCH, DELETE');
  });

  test.each(['/healthz', '/readyz', '/docs', '/v1/openapi.json', '/v1/tasks', '/v1/events'])(
    'HEAD %s gives the head of GET, and ends',
    async (path) => {
      const { token } = await server.logIn();
      const head = await server.call(path, { method: 'HEAD', token });
      expect(head.status).toBe(200);
      expect(await head.text()).toBe('');
      const abort = new AbortController();
      const whole = await server.call(path, { token, signal: abort.signal });
      expect(head.headers.get('Content-Type')).toBe(whole.headers.get('Content-Type'));
      abort.abort();
    },
  );
});
