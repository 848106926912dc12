import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/server.ts';

const LISTED = 'https://pages.example.com';
let open: TestServer;
let closed: TestServer;
let token: string;
beforeAll(async () => {
  closed = await startTestServer();
  open = await startTestServer({ corsOrigins: [LISTED, 'http://localhost:5173'] });
  ({ token } = await open.logIn());
});
afterAll(() => Promise.all([open.stop(), closed.stop()]));

const CORS_HEADERS = [
  'Access-Control-Allow-Origin',
  'Access-Control-Allow-Credentials',
  'Access-Control-Allow-Methods',
  'Access-Control-Allow-Headers',
  'Access-Control-Expose-Headers',
];

function corsHeaders(response: Response): string[] {
  return CORS_HEADERS.filter((name) => response.headers.has(name));
}

function preflight(server: TestServer, path: string, origin: string): Promise<Response> {
  return server.call(path, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type',
    },
  });
}

describe('CORS', () => {
  test('is off unless an origin is configured', async () => {
    const { token: own } = await closed.logIn();
    const headers = { Origin: LISTED };
    const response = await closed.call('/v1/engines', { token: own, headers });
    expect(corsHeaders(response)).toEqual([]);
    expect(corsHeaders(await preflight(closed, '/v1/tasks', LISTED))).toEqual([]);
  });

  test('a listed origin is answered by name, without credentials', async () => {
    const response = await open.call('/v1/engines', { token, headers: { Origin: LISTED } });
    expect(response.status).toBe(200);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(LISTED);
    expect(response.headers.get('Vary')).toBe('Origin');
    expect(response.headers.has('Access-Control-Allow-Credentials')).toBe(false);
    expect(response.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
  });

  test('errors and event streams carry it as well', async () => {
    const headers = { Origin: LISTED };
    const anonymous = await open.call('/v1/engines', { headers });
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers.get('Access-Control-Allow-Origin')).toBe(LISTED);
    const abort = new AbortController();
    const stream = await open.call('/v1/events', { token, headers, signal: abort.signal });
    expect(stream.headers.get('Access-Control-Allow-Origin')).toBe(LISTED);
    expect(stream.headers.get('Vary')).toBe('Origin');
    abort.abort();
  });

  test('a preflight names the methods and headers there are', async () => {
    const response = await preflight(open, '/v1/tasks', LISTED);
    expect(response.status).toBe(204);
    expect(response.headers.get('Access-Control-Allow-Methods')).toContain('PATCH');
    expect(response.headers.get('Access-Control-Allow-Headers')).toBe(
      'Authorization, Content-Type, Last-Event-ID',
    );
  });

  test.each([
    'https://pages.example.com.evil.test',
    'https://evil-pages.example.com',
    'https://sub.pages.example.com',
    'http://pages.example.com',
    'https://pages.example.com:8443',
    'https://pages.example.com/',
    'https://PAGES.example.com',
    'https://pages.example.com, https://evil.test',
    'null',
    '*',
    'http://localhost:5174',
    'http://127.0.0.1:5173',
  ])('an origin that is not listed gets nothing: %s', async (origin) => {
    const response = await open.call('/v1/engines', { token, headers: { Origin: origin } });
    expect(corsHeaders(response)).toEqual([]);
    expect(response.headers.get('Vary')).toBe('Origin');
    const asked = await preflight(open, '/v1/tasks', origin);
    expect(asked.status).not.toBe(204);
    expect(corsHeaders(asked)).toEqual([]);
  });

  test.each(['/v1/auth/login', '/v1/auth/%6Cogin', '/v1/auth/revoke'])(
    'the platform key is never for pages: %s',
    async (path) => {
      expect(corsHeaders(await preflight(open, path, LISTED))).toEqual([]);
      const body = { user_id: crypto.randomUUID(), platform_key: open.settings.platformKey };
      const response = await open.call(path, { body, headers: { Origin: LISTED } });
      expect(response.status).toBe(403);
      expect(corsHeaders(response)).toEqual([]);
    },
  );

  test.each(['/', '/docs', '/healthz', '/static/dev.html'])('pages have none: %s', async (path) => {
    const response = await open.call(path, { headers: { Origin: LISTED } });
    expect(corsHeaders(response)).toEqual([]);
  });
});
