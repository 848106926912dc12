import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchange, openSocket } from '../testing/raw-http.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { BODY_MAX_BYTES } from './json-body.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  ({ token } = await server.logIn());
});
afterAll(() => server.stop());

const TYPE = { 'Content-Type': 'application/json' };

/** Creates a task with the given bytes as the body. */
async function create(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = TYPE,
) {
  const response = await fetch(`${server.url}/v1/tasks`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, ...headers },
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  });
  const answer = (await response.json()) as { code?: string; title?: string; detail?: string };
  return { ...answer, status: response.status };
}

describe('a JSON body', () => {
  test.each([
    ['plain', TYPE],
    ['with a charset', { 'Content-Type': 'application/json; charset=utf-8' }],
    ['with a quoted charset in capitals', { 'Content-Type': 'Application/JSON;charset="UTF-8"' }],
  ])('is read when its type is %s', async (_name, headers) => {
    expect(await create('{"title":"a"}', headers)).toMatchObject({ status: 201, title: 'a' });
  });

  test.each([
    ['missing', {}],
    ['text', { 'Content-Type': 'text/plain' }],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['another charset', { 'Content-Type': 'application/json; charset=gbk' }],
    ['compressed', { ...TYPE, 'Content-Encoding': 'gzip' }],
  ])('is refused as 415 when its type is %s', async (_name, headers) => {
    const answer = await create('{"title":"a"}', headers);
    expect(answer).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  test.each([
    ['nothing', ''],
    ['half an object', '{"title":'],
    ['something after the object', '{} {}'],
    ['no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['an overlong NUL', new Uint8Array([0x22, 0xc0, 0x80, 0x22])],
    ['single quotes', "{'title':'a'}"],
    ['NaN', '{"title":NaN}'],
  ])('is refused as malformed when it is %s', async (_name, body) => {
    expect(await create(body)).toMatchObject({ status: 400, code: 'malformed_json' });
  });

  test('missing where one is needed is malformed, elsewhere it is fine', async () => {
    expect((await server.call('/v1/tasks', { method: 'POST', token })).status).toBe(400);
    const { id } = (await (await server.call('/v1/tasks', { token, body: {} })).json()) as {
      id: string;
    };
    await server.call(`/v1/tasks/${id}`, { method: 'DELETE', token });
    const restored = await server.call(`/v1/tasks/${id}/restore`, { method: 'POST', token });
    expect(restored.status).toBe(200);
  });

  test.each([
    ['an array', '[]'],
    ['a string', '"x"'],
    ['null', 'null'],
    ['an unknown key', '{"colour":"red"}'],
    ['__proto__', '{"__proto__":{"polluted":true}}'],
    ['constructor', '{"constructor":{"prototype":{"polluted":true}}}'],
    ['a number for text', '{"title":1e999}'],
  ])('with %s is an invalid request', async (_name, body) => {
    expect(await create(body)).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('a login with __proto__ pollutes nothing and gains nothing', async () => {
    const { platformKey } = server.settings;
    const login = await server.call('/v1/auth/login', {
      body: `{"user_id":"00000000-0000-0000-0000-000000000001","__proto__":{"platform_key":${JSON.stringify(platformKey)}}}`,
    });
    expect(login.status).toBe(400);
    expect(Reflect.get({}, 'platform_key')).toBeUndefined();
  });

  test('nested 100,000 levels deep and more is answered at once', async () => {
    for (const depth of [100_000, 500_000]) {
      const startedAt = performance.now();
      const nested = '['.repeat(depth) + ']'.repeat(depth);
      expect((await create(`{"title":${nested}}`)).status).toBe(400);
      expect((await create('{"a":'.repeat(100_000))).status).toBe(400);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    }
  });

  test('with a hundred thousand unknown keys gets a short answer', async () => {
    const keys = Array.from({ length: 60_000 }, (_, i) => `"key${i}":1`).join(',');
    const answer = await create(`{${keys}}`);
    expect(answer.status).toBe(400);
    expect(answer.detail!.length).toBeLessThan(500);
  });

  test('keeps NUL and lone surrogates out of the database', async () => {
    const answer = await create('{"title":"a\\u0000b\\ud800c"}');
    expect(answer).toMatchObject({ status: 201, title: 'a\uFFFDb\uFFFDc' });
  });
});

describe('the limit of 1 MiB', () => {
  const head = (lines: string): string =>
    `POST /v1/tasks HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\n${lines}\r\n`;

  test('is exact', async () => {
    const padded = (size: number): string => '{}'.padEnd(size, ' ');
    expect((await create(padded(BODY_MAX_BYTES))).status).toBe(201);
    expect(await create(padded(BODY_MAX_BYTES + 1))).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
  });

  test('an announced excess is refused before it is sent', async () => {
    const answer = await exchange(server.url, head(`Content-Length: ${BODY_MAX_BYTES + 1}\r\n`), {
      quietMs: 1_500,
    });
    expect(answer.status).toBe(413);
    expect(answer.closed).toBe(true);
  });

  test('a chunked body is cut off at the limit, and the answer still arrives', async () => {
    const socket = await openSocket(server.url);
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    let text = '';
    let sent = 0;
    socket.setEncoding('latin1').on('data', (data: string) => (text += data));
    socket.on('error', () => {});
    socket.write(head('Transfer-Encoding: chunked\r\n'));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // A gigabyte, if the server let it.
    for (let i = 0; i < 16_384 && !socket.destroyed; i += 1) {
      sent += chunk.length;
      if (!socket.write(chunk)) {
        await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
      }
    }
    await closed;
    expect(text).toContain('413');
    expect(text).toContain('body_too_large');
    expect(sent).toBeLessThan(16_384 * chunk.length);
  });

  test('holds for routes that need no body, too', async () => {
    const response = await fetch(`${server.url}/v1/auth/logout`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${(await server.logIn()).token}`, ...TYPE },
      body: ' '.repeat(BODY_MAX_BYTES + 1),
    });
    expect(response.status).toBe(413);
  });
});

describe('a body where none is declared', () => {
  const restore = (body?: string) =>
    server.call(`/v1/tasks/${taskId}/restore`, {
      method: 'POST',
      token,
      ...(body ? { body } : {}),
    });
  let taskId: string;
  beforeAll(async () => {
    const response = await server.call('/v1/tasks', { token, body: {} });
    ({ id: taskId } = (await response.json()) as { id: string });
  });

  test.each([undefined, '{}', ' {} '])('may be %j', async (body) => {
    expect((await restore(body)).status).toBe(200);
  });

  test.each([
    ['a key', '{"force":true}', 'invalid_request'],
    ['a list', '[]', 'invalid_request'],
    ['no JSON', '{{', 'malformed_json'],
  ])('is refused when it is %s', async (_what, body, code) => {
    const response = await restore(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code });
  });

  test('changes nothing about an unknown address', async () => {
    const response = await server.call('/v1/nowhere', { token, body: { force: true } });
    expect(response.status).toBe(404);
  });

  test('leaves a token alone whose logout is refused', async () => {
    const { token: own } = await server.logIn();
    expect((await server.call('/v1/auth/logout', { token: own, body: { all: true } })).status).toBe(
      400,
    );
    expect((await server.call('/v1/auth/me', { token: own })).status).toBe(200);
  });
});
