/**
 * Plants a marked secret in every place a request has, and looks for the marks in everything that
 * the server writes and answers.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from '../main.ts';
import type { Engine } from '../engines/engine.ts';
import { exchange } from '../testing/raw-http.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';

/** No word that the redaction could know it by; letters only, as in a strange password. */
function makeCanary(): string {
  return `Canary${randomBytes(12).toString('hex')}`;
}

const lines: string[] = [];
const engineCanary = makeCanary();
/** Fails the way HTTP clients do: with everything they know inside the error. */
const leaky: Engine = {
  info: { id: 'leaky', label: { zh: '泄漏', en: 'Leaky' }, demo: true, reattach: false },
  // eslint-disable-next-line require-yield -- it fails before it says anything
  async *run() {
    throw Object.assign(new Error(`401 for Bearer ${engineCanary}`), {
      request: { headers: { authorization: engineCanary } },
      cause: new Error(
        `https://user:${engineCanary}@provider.test refused password=${engineCanary}`,
      ),
    });
  },
};

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer(
    { corsOrigins: ['https://pages.example.com'] },
    { engines: [leaky], logOutput: { write: (line) => lines.push(line) } },
  );
  ({ token } = await server.logIn());
});
afterAll(() => server.stop());

const ID = '00000000-0000-0000-0000-000000000001';

type Send = (canary: string) => Promise<{ text: string; status: number }>;

async function call(...parameters: Parameters<TestServer['call']>) {
  const response = await server.call(...parameters);
  const stream = response.headers.get('Content-Type')?.startsWith('text/event-stream');
  if (stream) await response.body!.cancel();
  const headers = [...response.headers].join('\n');
  return { status: response.status, text: headers + (stream ? '' : await response.text()) };
}

const inHeader =
  (name: string, before = '', path = '/v1/tasks'): Send =>
  (canary) =>
    call(path, { headers: { [name]: before + canary } });
const inPath =
  (path: string, signedIn = false): Send =>
  (canary) =>
    call(path.replace('*', canary), signedIn ? { token } : {});
const inBody =
  (path: string, body: (canary: string) => unknown, signedIn = false): Send =>
  (canary) =>
    call(path, { body: body(canary), ...(signedIn ? { token } : {}) });
const raw =
  (bytes: (canary: string) => string): Send =>
  (canary) =>
    exchange(server.url, bytes(canary));

const LOGIN = '/v1/auth/login';
const secretPlaces: Record<string, Send> = {
  'a bearer token': inHeader('Authorization', 'Bearer '),
  'basic credentials': inHeader('Authorization', 'Basic '),
  'a bare Authorization': inHeader('Authorization'),
  'a cookie': inHeader('Cookie', 'session='),
  'an API key header': inHeader('X-Api-Key'),
  'a proxy header': inHeader('Proxy-Authorization', 'Bearer '),
  'the Referer': inHeader('Referer', 'https://portal.example.com/?token='),
  'the User-Agent': inHeader('User-Agent'),
  'the Origin': inHeader('Origin', 'https://'),
  'X-Forwarded-For': inHeader('X-Forwarded-For'),
  'a request id': inHeader('X-Request-Id'),
  'a content type': (canary) =>
    call(LOGIN, { body: '{}', headers: { 'Content-Type': `text/${canary}` } }),
  'the Accept of a page': inHeader('Accept', 'text/html;', '/nowhere'),
  'a token in the query': inPath('/v1/tasks?token=*'),
  'a token in the query of a stream': inPath('/v1/events?access_token=*'),
  'a token in the query of a page': inPath('/?token=*'),
  'a key in the query of the login': inBody(`${LOGIN}?platform_key=`, () => ({})),
  'an unknown query': inPath('/v1/tasks?q=*', true),
  'a path': inPath('/v1/tasks/*', true),
  'an unknown path': inPath('/*'),
  'an asset': inPath('/assets/*.js'),
  'a malformed path': raw((canary) => `GET /%zz${canary}\\ HTTP/1.1\r\nHost: a\r\n\r\n`),
  'a malformed request': raw((canary) => `GET / ${canary}\r\nHost: a\r\n\r\n`),
  'a malformed header': raw((canary) => `GET / HTTP/1.1\r\nHost: a\r\n${canary} : b\r\n\r\n`),
  'a bad Host': raw((canary) => `GET / HTTP/1.1\r\nHost: ${canary}@a\r\n\r\n`),
  'an expectation': raw((canary) => `GET / HTTP/1.1\r\nHost: a\r\nExpect: ${canary}\r\n\r\n`),
  'a wrong platform key': inBody(LOGIN, (canary) => ({ user_id: ID, platform_key: canary })),
  'a platform key sent by a browser': (canary) =>
    call(LOGIN, {
      body: { user_id: ID, platform_key: canary },
      headers: { Origin: 'https://portal.example.com' },
    }),
  'a platform key of the wrong type': inBody(LOGIN, (canary) => ({ platform_key: [canary] })),
  'a wrong password': inBody(LOGIN, (canary) => ({ email: 'a@example.com', password: canary })),
  'a password of the wrong type': inBody(LOGIN, (canary) => ({ email: 1, password: { canary } })),
  'a wrong key at the revoke call': inBody('/v1/auth/revoke', (canary) => ({
    user_id: ID,
    platform_key: canary,
  })),
  'the value of an unknown key': inBody('/v1/tasks', (canary) => ({ secret: canary }), true),
  'a value of the wrong type': inBody('/v1/tasks', (canary) => ({ title: { canary } }), true),
  'malformed JSON': inBody(LOGIN, (canary) => `{"platform_key":"${canary}"`),
  'a body that is no JSON': inBody(LOGIN, (canary) => canary),
  'a body over the limit': inBody(LOGIN, (canary) => canary.padEnd(1_100_000, 'x')),
};
/** Given back to who sent it, but nothing for the log. */
const ownPlaces: Record<string, Send> = {
  'a user’s name': inBody(LOGIN, (canary) => ({
    user_id: ID,
    platform_key: server.settings.platformKey,
    user_name: canary,
  })),
  'a title': inBody('/v1/tasks', (canary) => ({ title: canary }), true),
  'an unknown engine': inBody('/v1/tasks', (canary) => ({ engine: canary }), true),
  'the name of an unknown key': inBody('/v1/tasks', (canary) => ({ [canary]: 1 }), true),
  'a Last-Event-ID': (canary) =>
    call(`/v1/events?run=${ID}`, { token, headers: { 'Last-Event-ID': canary } }),
  'a claimed parent origin': inPath('/static/dev.html?embed=1&parent_origin=*'),
};

async function logged(): Promise<string> {
  // A request is logged when its connection has let go of it.
  await new Promise((resolve) => setTimeout(resolve, 50));
  return lines.join('');
}

describe('a secret', () => {
  test.each(Object.entries(secretPlaces))(
    'in %s is neither logged nor answered',
    async (_, send) => {
      const canary = makeCanary();
      const before = lines.length;
      const answer = await send(canary);
      expect(answer.text).not.toContain(canary);
      expect(answer.status).toBeLessThan(500);
      const log = await logged();
      expect(log).not.toContain(canary);
      expect(lines.length).toBeGreaterThanOrEqual(before);
    },
  );

  test.each(Object.entries(ownPlaces))('in %s is not logged', async (_, send) => {
    const canary = makeCanary();
    expect((await send(canary)).status).toBeLessThan(500);
    expect(await logged()).not.toContain(canary);
  });

  test('in a message, and in the error of its engine, is not logged', async () => {
    const canary = makeCanary();
    const { id } = JSON.parse(
      await (await server.call('/v1/tasks', { token, body: {} })).text(),
    ) as {
      id: string;
    };
    const body = { id: crypto.randomUUID(), text: canary };
    expect((await call(`/v1/tasks/${id}/messages`, { token, body })).status).toBe(202);
    await expect.poll(() => lines.join(''), { timeout: 10_000 }).toContain('engine failed');
    expect(await logged()).not.toContain(canary);
    expect(await logged()).not.toContain(engineCanary);
  });

  test('of the configuration, and a token, never appear', async () => {
    const log = await logged();
    for (const secret of [server.settings.platformKey, server.settings.jwtSecret, token]) {
      expect(log).not.toContain(secret);
      expect(log).not.toContain(secret.slice(0, 24));
    }
  });

  test('in the address of a database that does not answer is in neither error nor log', async () => {
    const canary = makeCanary();
    const written: string[] = [];
    const { settings } = server;
    const failure: unknown = await startServer({
      settings: { ...settings, databaseUrl: `postgres://zcbot:${canary}@127.0.0.1:9/zcbot` },
      logOutput: { write: (line) => written.push(line) },
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    for (let error = failure; error instanceof Error; error = error.cause) {
      expect(error.message + error.stack).not.toContain(canary);
      expect(JSON.stringify(error)).not.toContain(canary);
    }
    expect(written.join('')).not.toContain(canary);
  });

  test('every line is one JSON object that names the route by its pattern', async () => {
    await logged();
    expect(lines.length).toBeGreaterThan(Object.keys(secretPlaces).length);
    for (const line of lines) {
      const { msg, route } = JSON.parse(line) as { msg: string; route?: string };
      if (msg === 'request') expect(route).toMatch(/^(\(none\)|\/[\w/.:*-]*)$/);
    }
  });
});
