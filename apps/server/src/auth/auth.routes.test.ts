import { randomUUID } from 'node:crypto';
import type { Problem } from '@zcbot/protocol/errors';
import type { Session, User } from '@zcbot/protocol/http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { openUserCommands } from '../users/users.commands.ts';

const EMAIL = 'ann@example.com';
const PASSWORD = 'correct horse battery';
const USER = '00000000-0000-0000-0000-000000000001';
const PROXY = ['127.0.0.1'];
const CORS_ORIGIN = 'https://app.example.com';

let server: TestServer;
let annId: string;
/** Each test comes from an address of its own, so that no test uses up another's attempts. */
let address = 0;
let headers: Record<string, string>;

beforeAll(async () => {
  server = await startTestServer({ trustedProxies: PROXY, corsOrigins: [CORS_ORIGIN] });
  const users = await openUserCommands({ settings: server.settings });
  annId = (await users.add({ email: EMAIL, name: 'Ann', password: PASSWORD })).user_id;
  await users.close();
});
afterAll(() => server.stop());
beforeEach(() => {
  address += 1;
  headers = { 'X-Forwarded-For': `203.0.113.${address}` };
});

function logIn(body: unknown, more: Record<string, string> = {}): Promise<Response> {
  return server.call('/v1/auth/login', { body, headers: { ...headers, ...more } });
}
const byPlatform = (more: object = {}) => ({
  user_id: USER,
  platform_key: server.settings.platformKey,
  ...more,
});
const byPassword = (more: object = {}) => ({ email: EMAIL, password: PASSWORD, ...more });

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  const problem = (await response.json()) as Problem;
  expect(problem.status).toBe(response.status);
  return problem;
}
async function whoIs(token: string): Promise<User> {
  const response = await server.call('/v1/auth/me', { token });
  expect(response.status).toBe(200);
  return (await response.json()) as User;
}

describe('a login by platform key', () => {
  it('creates the user on first sight and gives a token for it', async () => {
    const userId = randomUUID();
    const response = await logIn(byPlatform({ user_id: userId, user_name: ' 小王 ' }));
    expect(response.status).toBe(200);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    const session = (await response.json()) as Session;
    expect(Object.keys(session).sort()).toEqual(['exp', 'token', 'user_id']);
    expect(session.user_id).toBe(userId);
    expect(session.exp - Date.now() / 1000).toBeCloseTo(604_800, -2);
    expect(await whoIs(session.token)).toEqual({ user_id: userId, name: '小王', email: null });
  });

  it('keeps the name when none is given, and replaces it by a newer one', async () => {
    const user_id = randomUUID();
    const nameAfter = async (more: object): Promise<string | null> => {
      const session = (await (await logIn(byPlatform({ user_id, ...more }))).json()) as Session;
      return (await whoIs(session.token)).name;
    };
    expect(await nameAfter({})).toBeNull();
    expect(await nameAfter({ user_name: 'Wang' })).toBe('Wang');
    expect(await nameAfter({})).toBe('Wang');
    expect(await nameAfter({ user_name: 'Wang Wei' })).toBe('Wang Wei');
  });

  it('takes a UUID in upper case for the same user', async () => {
    const user_id = 'ABCDEF00-1111-2222-3333-ABCDEFABCDEF';
    const session = (await (await logIn(byPlatform({ user_id }))).json()) as Session;
    expect(session.user_id).toBe(user_id.toLowerCase());
  });

  it('gives hundreds of tokens at once, from one address, and creates one user', async () => {
    const user_id = randomUUID();
    const responses = await Promise.all(
      Array.from({ length: 200 }, () => logIn(byPlatform({ user_id }))),
    );
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    const sessions = (await Promise.all(responses.map((r) => r.json()))) as Session[];
    expect(new Set(sessions.map(({ token }) => token)).size).toBe(200);
  });

  it.each([
    ['the secret of the tokens', () => server.settings.jwtSecret],
    ['a part of the key', () => server.settings.platformKey.slice(0, -1)],
    ['more than the key', () => `${server.settings.platformKey} `],
    ['the key in another case', () => swapCase(server.settings.platformKey)],
    ['NUL', () => '\0'],
    ['something long', () => 'x'.repeat(1024)],
  ])('with %s instead of the key is refused', async (_what, key) => {
    const response = await logIn(byPlatform({ platform_key: key() }));
    expect(response.status).toBe(401);
    const problem = await problemOf(response);
    expect(problem.code).toBe('invalid_platform_key');
    expect(JSON.stringify(problem)).not.toContain(server.settings.platformKey.slice(0, 8));
  });

  it.each(['https://portal.example.com', 'null', CORS_ORIGIN])(
    'from a page of %s is refused, right key or not',
    async (origin) => {
      for (const body of [byPlatform(), byPlatform({ platform_key: 'wrong' })]) {
        const response = await logIn(body, { Origin: origin });
        expect(response.status).toBe(403);
        expect((await problemOf(response)).code).toBe('platform_key_from_browser');
      }
    },
  );

  it('from a page is refused as such, whatever else is wrong with it', async () => {
    const response = await logIn(byPlatform({ user_id: 'nobody' }), { Origin: CORS_ORIGIN });
    expect(response.status).toBe(403);
    expect((await problemOf(response)).code).toBe('platform_key_from_browser');
  });

  it("from the console's own page is refused as well", async () => {
    const response = await logIn(byPlatform(), { Origin: server.url });
    expect((await problemOf(response)).code).toBe('platform_key_from_browser');
  });
});

describe('a login by password', () => {
  it.each([EMAIL, 'ANN@Example.com', '  ann@example.com '])('takes %j', async (email) => {
    const response = await logIn(byPassword({ email }));
    expect(response.status).toBe(200);
    const { token, user_id } = (await response.json()) as Session;
    expect(user_id).toBe(annId);
    expect(await whoIs(token)).toEqual({ user_id: annId, name: 'Ann', email: EMAIL });
  });

  it('answers an unknown user, a user without password and a wrong password in the same words', async () => {
    const answers = await Promise.all(
      [
        byPassword({ email: 'nobody@example.com' }),
        byPassword({ password: 'wrong password' }),
        byPassword({ password: `${PASSWORD} ` }),
        byPassword({ email: USER }),
        byPassword({ email: 'ann\0@example.com' }),
        byPassword({ password: '\0' }),
      ].map(async (body) => {
        const response = await logIn(body);
        return [response.status, await response.text()];
      }),
    );
    expect(answers[0]![0]).toBe(401);
    expect(answers[0]![1]).toContain('invalid_credentials');
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it("is open to the console's own page, by either name of this machine", async () => {
    const { port } = new URL(server.url);
    for (const origin of [server.url, `http://localhost:${port}`]) {
      expect((await logIn(byPassword(), { Origin: origin })).status).toBe(200);
    }
  });

  it('is closed to every other page', async () => {
    const { port } = new URL(server.url);
    const others = [
      'null',
      'https://evil.example',
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${Number(port) + 1}`,
      `http://127.0.0.1:${port}.evil.example`,
      `http://localhost.evil.example:${port}`,
      `${server.url}/`,
      CORS_ORIGIN,
    ];
    for (const origin of others) {
      const response = await logIn(byPassword(), { Origin: origin });
      expect([origin, response.status]).toEqual([origin, 403]);
      expect((await problemOf(response)).code).toBe('foreign_origin');
    }
  });
});

describe('a body of a login', () => {
  it.each<[string, () => unknown, string[]]>([
    ['without anything', () => ({}), ['user_id', 'platform_key']],
    ['without a user', () => byPlatform({ user_id: undefined }), ['user_id']],
    ['without a key', () => ({ user_id: USER }), ['platform_key']],
    ['with an empty key', () => byPlatform({ platform_key: '' }), ['platform_key']],
    ['with an endless key', () => byPlatform({ platform_key: 'x'.repeat(1025) }), ['platform_key']],
    ['with a user that is no UUID', () => byPlatform({ user_id: 'ann' }), ['user_id']],
    ['with a user in braces', () => byPlatform({ user_id: `{${USER}}` }), ['user_id']],
    ['with a number as the user', () => byPlatform({ user_id: 1 }), ['user_id']],
    ['with a name that is no text', () => byPlatform({ user_name: {} }), ['user_name']],
    ['with an endless name', () => byPlatform({ user_name: 'x'.repeat(201) }), ['user_name']],
    ['without a password', () => ({ email: EMAIL }), ['password']],
    ['without an address', () => ({ password: PASSWORD }), ['email']],
    ['with an object as password', () => byPassword({ password: {} }), ['password']],
    ['with a password over 1 KiB', () => byPassword({ password: '密'.repeat(342) }), ['password']],
    ['with an endless address', () => byPassword({ email: `${'a'.repeat(255)}@b` }), ['email']],
    ['that is a list', () => [], ['json']],
    ['that is null', () => 'null', ['json']],
  ])('%s gives 400 and names the field', async (_what, body, fields) => {
    const response = await logIn(body());
    expect(response.status).toBe(400);
    const problem = await problemOf(response);
    expect(problem.code).toBe('invalid_request');
    expect(problem.errors?.map(({ field }) => field)).toEqual(fields);
    for (const field of fields) expect(problem.detail).toContain(field);
  });

  it.each(['{', 'user_id=1', ''])('that is not JSON (%j) gives 400', async (body) => {
    const response = await logIn(body);
    expect(response.status).toBe(400);
    expect((await problemOf(response)).code).toBe('malformed_json');
  });

  it('may have keys nobody knows', async () => {
    for (const body of [byPlatform({ role: 'admin' }), byPassword({ remember: true })]) {
      expect((await logIn(body)).status).toBe(200);
    }
  });

  it('cannot set what it must not', async () => {
    const user_id = randomUUID();
    const body = byPlatform({ user_id, email: EMAIL, password: PASSWORD, token_generation: 9 });
    const { token, user_id: given } = (await (await logIn(body)).json()) as Session;
    expect(given).toBe(user_id);
    expect(await whoIs(token)).toEqual({ user_id, name: null, email: null });
  });
});

describe('other pages', () => {
  it.each(['/v1/auth/login', '/v1/auth/revoke'])('get no CORS on %s', async (path) => {
    for (const method of ['OPTIONS', 'POST']) {
      const response = await server.call(path, {
        method,
        headers: {
          ...headers,
          Origin: CORS_ORIGIN,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'content-type',
        },
      });
      expect(response.ok).toBe(false);
      const names = [...response.headers.keys()];
      expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });
});

describe('a logout', () => {
  it('ends this token and no other of the same user', async () => {
    const [one, other] = [await server.logIn(USER), await server.logIn(USER)];
    const response = await server.call('/v1/auth/logout', { method: 'POST', token: one.token });
    expect(response.status).toBe(204);
    const after = await server.call('/v1/auth/me', { token: one.token });
    expect(after.status).toBe(401);
    expect(after.headers.get('WWW-Authenticate')).toBe(
      'Bearer realm="zcbot", error="invalid_token"',
    );
    expect((await problemOf(after)).code).toBe('token_revoked');
    await whoIs(other.token);
  });

  it('by a hundred requests at once ends it once and breaks nothing', async () => {
    const { token } = await server.logIn(USER);
    const responses = await Promise.all(
      Array.from({ length: 100 }, () => server.call('/v1/auth/logout', { method: 'POST', token })),
    );
    const statuses = new Set(responses.map(({ status }) => status));
    expect(statuses.has(204)).toBe(true);
    expect([...statuses].every((status) => status === 204 || status === 401)).toBe(true);
    expect((await server.call('/v1/auth/me', { token })).status).toBe(401);
  });
});

describe('the revoke call', () => {
  const revoke = (body: unknown, more: Record<string, string> = {}) =>
    server.call('/v1/auth/revoke', { body, headers: { ...headers, ...more } });

  it('ends all tokens of the user, and the next login works', async () => {
    const user_id = randomUUID();
    const sessions = [await server.logIn(user_id), await server.logIn(user_id)];
    const bystander = await server.logIn();
    expect((await revoke(byPlatform({ user_id: user_id.toUpperCase() }))).status).toBe(204);
    for (const { token } of sessions) {
      const response = await server.call('/v1/auth/me', { token });
      expect((await problemOf(response)).code).toBe('token_revoked');
    }
    await whoIs(bystander.token);
    await whoIs((await server.logIn(user_id)).token);
  });

  it('for a user nobody has seen succeeds and creates nobody', async () => {
    const user_id = randomUUID();
    expect((await revoke(byPlatform({ user_id }))).status).toBe(204);
    const users = await openUserCommands({ settings: server.settings });
    expect((await users.list()).map((user) => user.user_id)).not.toContain(user_id);
    await users.close();
  });

  it.each<[string, () => unknown, string[]]>([
    ['with another key', () => byPlatform({ all: true }), ['json']],
    ['with the name of the user', () => byPlatform({ user_name: 'Ann' }), ['json']],
    ['without a user', () => byPlatform({ user_id: undefined }), ['user_id']],
    ['with a user that is no UUID', () => byPlatform({ user_id: '*' }), ['user_id']],
  ])('%s gives 400', async (_what, body, fields) => {
    const problem = await problemOf(await revoke(body()));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(problem.errors?.map(({ field }) => field)).toEqual(fields);
  });

  it('with a wrong key, or from a page, ends nothing', async () => {
    const user_id = randomUUID();
    const { token } = await server.logIn(user_id);
    const wrong = await revoke(byPlatform({ user_id, platform_key: 'wrong' }));
    expect((await problemOf(wrong)).code).toBe('invalid_platform_key');
    const fromPage = await revoke(byPlatform({ user_id }), { Origin: server.url });
    expect((await problemOf(fromPage)).code).toBe('platform_key_from_browser');
    await whoIs(token);
  });
});

describe('a request without a good token', () => {
  it.each([
    ['no header', {}],
    ['an empty one', { Authorization: '' }],
    ['another scheme', { Authorization: 'Basic YTpi' }],
    ['no token', { Authorization: 'Bearer ' }],
    ['two words', { Authorization: 'Bearer a b' }],
    ['an invalid token', { Authorization: 'Bearer abc' }],
    ['a token in another header', { 'X-Token': 'abc' }],
  ])('(%s) is asked to sign in', async (_what, sent) => {
    const response = await server.call('/v1/auth/me', { headers: sent });
    expect(response.status).toBe(401);
    expect(response.headers.get('WWW-Authenticate')).toMatch(/^Bearer realm="zcbot"/);
    expect((await problemOf(response)).code).toBe('unauthenticated');
  });

  it('is not let in by a token in the address', async () => {
    const { token } = await server.logIn(USER);
    for (const name of ['token', 'access_token', 'authorization']) {
      const response = await server.call(`/v1/auth/me?${name}=${token}`);
      expect(response.status).toBe(401);
    }
  });
});

function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
