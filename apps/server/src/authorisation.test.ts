/**
 * Who may call what, for every route there is: the routes are taken from the application itself,
 * so that none can be forgotten.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '@zcbot/protocol/errors';
import type { MessagePage, TaskPage } from '@zcbot/protocol/http';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from './app.ts';
import { createTokens } from './auth/tokens.ts';
import { demoEngine } from './main.ts';
import { createParentOrigins } from './pages/parent-origin.ts';
import { buildServices } from './services.ts';
import {
  makeResources,
  PRIVATE_ROUTES,
  PUBLIC_ROUTES,
  type Resources,
  type RouteCall,
} from './testing/route-table.ts';
import { startTestServer, type TestServer } from './testing/server.ts';

let server: TestServer;
let registered: string[];
beforeAll(async () => {
  server = await startTestServer();
  registered = await registeredRoutes();
});
afterAll(() => server.stop());

async function registeredRoutes(): Promise<string[]> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'zcbot-test-'));
  const services = await buildServices({
    settings: { ...server.settings, dataDirectory },
    engines: [demoEngine()],
    log: pino({ level: 'silent' }),
  });
  const ownOrigin = (): string => 'http://127.0.0.1';
  const parents = createParentOrigins({ registered: [], ownOrigin, trustLoopback: false });
  const pages = { build: () => undefined, parents };
  const { routes } = createApp({ ...services, pages, ownOrigin, corsOrigins: [] });
  await services.stop();
  await rm(dataDirectory, { recursive: true });
  // Middleware is registered for all methods; each of a route's handlers is listed by itself.
  const named = routes.filter(({ method }) => method !== 'ALL');
  return [...new Set(named.map(({ method, path }) => `${method} ${path}`))];
}

interface Answer {
  status: number;
  headers: Headers;
  /** Of a stream only what comes at once. */
  text: string;
}

async function ask({ path, ...call }: RouteCall, token?: string): Promise<Answer> {
  const abort = new AbortController();
  const response = await server.call(path, {
    ...call,
    ...(token === undefined ? {} : { token }),
    signal: abort.signal,
  });
  const { status, headers } = response;
  if (!headers.get('Content-Type')?.startsWith('text/event-stream')) {
    return { status, headers, text: await response.text() };
  }
  const first = await response.body!.getReader().read();
  abort.abort();
  return { status, headers, text: new TextDecoder().decode(first.value) };
}

/** Everything the owner can see, to find out whether somebody else has changed it. */
async function visibleTo({ session: { token }, taskId }: Resources): Promise<unknown> {
  const read = async (path: string): Promise<unknown> => {
    const response = await server.call(path, { token });
    return response.json();
  };
  return Promise.all([
    read('/v1/tasks'),
    read('/v1/tasks?archived=true'),
    read(`/v1/tasks/${taskId}/messages`),
    read('/v1/auth/me'),
  ]);
}

const privateRoutes = Object.entries(PRIVATE_ROUTES).map(([name, route]) => ({ name, route }));
const publicRoutes = Object.entries(PUBLIC_ROUTES).map(([name, route]) => ({ name, route }));

/** Tokens that must not be worth anything, each with the code that tells why. */
async function worthlessTokens(owner: Resources): Promise<[string, string | undefined, string][]> {
  const id = owner.session.user_id;
  const { jwtSecret } = server.settings;
  const sign = async (
    changed: Partial<Parameters<typeof createTokens>[0]>,
    user = { id, generation: 0 },
  ): Promise<string> => {
    const tokens = createTokens({ secret: jwtSecret, ttlSeconds: 60, ...changed });
    return (await tokens.sign(user)).token;
  };
  const loggedOut = (await server.logIn(id)).token;
  await server.call('/v1/auth/logout', { method: 'POST', token: loggedOut });
  const [head, body] = owner.session.token.split('.');
  const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  return [
    ['no token', undefined, 'unauthenticated'],
    ['an expired token', await sign({ now: () => Date.now() - 3_600_000 }), 'token_expired'],
    ['a token that was logged out', loggedOut, 'token_revoked'],
    ['a token of an older generation', await sign({}, { id, generation: -1 }), 'token_revoked'],
    [
      'a token of a user who is gone',
      await sign({}, { id: randomUUID(), generation: 0 }),
      'token_revoked',
    ],
    [
      'a token of another secret',
      await sign({ secret: randomBytes(32).toString('hex') }),
      'unauthenticated',
    ],
    ['a token without signature', `${unsigned}.${body}.`, 'unauthenticated'],
    ['a token with a cut signature', `${head}.${body}.`, 'unauthenticated'],
  ];
}

function expectProblem({ status, headers, text }: Answer, expected: number, code: string): void {
  expect([status, (JSON.parse(text) as Problem).code]).toEqual([expected, code]);
  expect(headers.get('Content-Type')).toBe('application/problem+json');
}

function expectSafeHeaders(name: string, { headers }: Answer): void {
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(headers.get('Referrer-Policy')).toBe('no-referrer');
  const policy = headers.get('Content-Security-Policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/frame-ancestors /);
  expect(policy).not.toContain('unsafe');
  if (!/ \/(static|assets)\//.test(name)) expect(policy).toContain("frame-ancestors 'none'");
  if (name.includes(' /v1/')) {
    expect(policy).toBe("default-src 'none'; frame-ancestors 'none'");
    if (!name.endsWith('/openapi.json')) {
      expect(headers.get('Cache-Control')).toMatch(/^no-store/);
    }
  }
}

describe('the table of routes', () => {
  it('names every route of the server, and no other', () => {
    expect(registered.length).toBeGreaterThan(20);
    const listed = [...privateRoutes, ...publicRoutes].map(({ name }) => name);
    expect(listed.sort()).toEqual([...registered].sort());
  });

  it('says why, where no token is needed', () => {
    for (const { route } of publicRoutes) expect(route.reason.length).toBeGreaterThan(20);
  });
});

describe.each(privateRoutes)('$name', ({ name, route }) => {
  let owner: Resources;
  let other: Resources;
  beforeAll(async () => {
    [owner, other] = [await makeResources(server), await makeResources(server)];
  });

  it('gives nothing to whoever is not signed in, and changes nothing', async () => {
    const before = await visibleTo(owner);
    for (const [what, token, code] of await worthlessTokens(owner)) {
      const call = route.call(owner);
      const answer = await ask(call, token);
      expect([what, answer.status]).toEqual([what, 401]);
      expectProblem(answer, 401, code);
      expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer /);
      expect(answer.text).not.toContain(owner.canary);
      expectSafeHeaders(name, answer);
      if (call.method === undefined && call.body === undefined) {
        expect((await ask({ ...call, method: 'HEAD' }, token)).status).toBe(401);
      }
    }
    expect(await visibleTo(owner)).toEqual(before);
  });

  it('gives nothing of its owner to another user, and changes nothing', async () => {
    const before = await visibleTo(owner);
    const answer = await ask(route.call(owner), other.session.token);
    if (route.other === 404) {
      expectProblem(answer, 404, 'not_found');
    } else {
      expect(answer.status).toBe(route.other.status);
      if (route.other.body) expect(route.other.body(JSON.parse(answer.text), other)).toBe(true);
    }
    expect(answer.text).not.toContain(owner.canary);
    expectSafeHeaders(name, answer);
    expect(await visibleTo(owner)).toEqual(before);
  });

  it('tells a foreign id from an unknown one by nothing', async () => {
    if (route.other !== 404) return;
    const { token } = (await makeResources(server)).session;
    const unknown = {
      ...owner,
      taskId: randomUUID(),
      runId: randomUUID(),
      deletedTaskId: randomUUID(),
    };
    const [foreign, missing] = [
      await ask(route.call(owner), token),
      await ask(route.call(unknown), token),
    ];
    expect([foreign.status, foreign.text]).toEqual([missing.status, missing.text]);
  });

  it('works for its owner', async () => {
    const answer = await ask(route.call(owner), owner.session.token);
    expect([answer.status, answer.text.slice(0, 500)]).toEqual([route.owner, expect.anything()]);
    expectSafeHeaders(name, answer);
  });
});

describe.each(publicRoutes)('$name (public)', ({ name, route }) => {
  it('answers without a token, and with a worthless one', async () => {
    const owner = await makeResources(server);
    for (const token of [undefined, 'worthless']) {
      const answer = await ask(route.call(server), token);
      expect(route.statuses).toContain(answer.status);
      expect(answer.text).not.toContain(owner.canary);
      expectSafeHeaders(name, answer);
    }
  });
});

describe('ids of two users in one request', () => {
  let owner: Resources;
  let other: Resources;
  const asOther = (call: RouteCall): Promise<Answer> => ask(call, other.session.token);
  beforeAll(async () => {
    [owner, other] = [await makeResources(server), await makeResources(server)];
  });

  it('do not repeat a foreign run in an own task', async () => {
    const body = { id: randomUUID(), mode: 'retry', run_id: owner.runId };
    const answer = await asOther({ path: `/v1/tasks/${other.taskId}/runs`, body });
    expectProblem(answer, 404, 'not_found');
  });

  it('do not page from a foreign message', async () => {
    const path = `/v1/tasks/${other.taskId}/messages?before=${owner.messageId}`;
    const answer = await asOther({ path });
    expect(answer.text).not.toContain(owner.canary);
    expect(answer.status).toBeLessThan(500);
  });

  it('do not page through foreign tasks by their cursor', async () => {
    const { token } = owner.session;
    await ask({ path: '/v1/tasks', body: { title: owner.canary } }, token);
    const first = JSON.parse((await ask({ path: '/v1/tasks?limit=1' }, token)).text) as TaskPage;
    const answer = await asOther({ path: `/v1/tasks?cursor=${first.next_cursor}` });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(owner.canary);
  });

  it('do not mark anything as read by a foreign message', async () => {
    const before = await visibleTo(owner);
    const body = { read_through: owner.messageId };
    await asOther({ method: 'PATCH', path: `/v1/tasks/${other.taskId}`, body });
    expect(await visibleTo(owner)).toEqual(before);
  });

  it('do not resume an own run at a foreign cursor', async () => {
    const headers = { 'Last-Event-ID': `${owner.runId}:1` };
    for (const path of [`/v1/runs/${other.runId}/events`, `/v1/events?run=${other.runId}`]) {
      expectProblem(await asOther({ path, headers }), 400, 'foreign_event_id');
    }
  });

  it('may use the same message id, each in their own task', async () => {
    const body = { id: owner.messageId, text: other.canary };
    const answer = await asOther({ path: `/v1/tasks/${other.taskId}/messages`, body });
    expect(answer.status).toBe(202);
    const path = `/v1/tasks/${owner.taskId}/messages`;
    const page = JSON.parse((await ask({ path }, owner.session.token)).text) as MessagePage;
    expect(JSON.stringify(page)).not.toContain(other.canary);
  });
});

describe('an address that does not exist', () => {
  it('under /v1 asks for a token first', async () => {
    const { session } = await makeResources(server);
    expectProblem(await ask({ path: '/v1/nothing' }), 401, 'unauthenticated');
    expectProblem(await ask({ path: '/v1/nothing' }, session.token), 404, 'not_found');
  });
});
