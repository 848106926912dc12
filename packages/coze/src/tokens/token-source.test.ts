import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { decodeJwt } from 'jose';
import type { JwtCredentials } from '../credentials/credentials.ts';
import { patCredentials } from '../credentials/credentials.ts';
import { botChatScope, createTokenSource, type TokenSourceOptions } from './token-source.ts';

const START = Date.UTC(2026, 5, 1, 12);
let credentials: JwtCredentials;

beforeAll(async () => {
  const { privateKey } = await crypto.subtle.generateKey(
    {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    },
    false,
    ['sign', 'verify'],
  );
  credentials = {
    kind: 'jwt',
    clientId: '1169999999999',
    publicKeyId: 'kid',
    privateKey,
    apiBase: 'https://api.coze.cn',
    region: 'cn',
  };
});

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => void vi.useRealTimers());

interface Asked {
  path: string;
  assertion: Record<string, unknown>;
  body: Record<string, unknown>;
}
type Reply = (asked: Asked) => Response | Promise<Response>;

/** A token endpoint on the fake clock. Each reply is used once; then it issues tokens. */
function endpoint(replies: Reply[] = [], { aheadMs = 0, latencyMs = 0, life = 900 } = {}) {
  const asked: Asked[] = [];
  let issued = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const issue: Reply = () => {
    const expires_in = Math.floor((Date.now() + aheadMs) / 1000) + life;
    return Response.json({ access_token: `czs_${(issued += 1)}`, expires_in });
  };
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const headers = new Headers(init?.headers);
    const one = {
      path: new URL(String(url)).pathname,
      assertion: decodeJwt(headers.get('authorization')!.replace('Bearer ', '')),
      body: JSON.parse(String(init?.body)) as Record<string, unknown>,
    };
    asked.push(one);
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    atOnce -= 1;
    init?.signal?.throwIfAborted();
    const response = await (replies.shift() ?? issue)(one);
    response.headers.set('date', new Date(Date.now() + aheadMs).toUTCString());
    return response;
  };
  return { fetch, asked, mostAtOnce: () => mostAtOnce };
}

const refused =
  (status: number, body: object, headers: Record<string, string> = {}): Reply =>
  () =>
    Response.json(body, { status, headers });

function source(fetch: typeof globalThis.fetch, options: Partial<TokenSourceOptions> = {}) {
  return createTokenSource({ credentials, fetch, ...options });
}

/** Signing happens on real threads; the fake clock stands still meanwhile. */
let signing = 0;
const sign = crypto.subtle.sign.bind(crypto.subtle);
vi.spyOn(crypto.subtle, 'sign').mockImplementation(async (...signed) => {
  signing += 1;
  try {
    return await sign(...signed);
  } finally {
    signing -= 1;
  }
});

async function untilSigned(): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve));
  while (signing > 0);
}

/** Lets time go by, 5 ms at a time, until the promise settles. */
async function settle<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const done = promise.finally(() => (settled = true));
  done.catch(() => undefined);
  for (let round = 0; !settled && round < 20_000; round += 1) {
    await untilSigned();
    if (!settled) await vi.advanceTimersByTimeAsync(5);
  }
  return done;
}

/** At most a renewal's own time at once: what it starts is finished before the clock goes on. */
async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  for (let round = 0; round < 3; round += 1) {
    await untilSigned();
    await vi.advanceTimersByTimeAsync(0);
  }
}

describe('the exchange', () => {
  test('says what Coze documents', async () => {
    const { fetch, asked } = endpoint();
    const scope = botChatScope(['7']);
    const token = await settle(source(fetch).get({ sessionName: 's', scope }));
    expect(token).toMatchObject({ token: 'czs_1', tokenType: 'Bearer', ageSeconds: 0 });
    expect(token.ttlSeconds).toBeGreaterThanOrEqual(899);
    expect(asked[0]).toMatchObject({
      path: '/api/permission/oauth2/token',
      assertion: { iss: '1169999999999', aud: 'api.coze.cn', session_name: 's' },
      body: {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        duration_seconds: 900,
        scope,
      },
    });
  });

  test.each([
    ['account', '/api/permission/oauth2/account/42/token'],
    ['enterprise', '/api/permission/oauth2/enterprise_id/42/token'],
  ] as const)('of an %s has its own path', async (kind, path) => {
    const { fetch, asked } = endpoint();
    const special = { ...credentials, account: { kind, id: '42' } };
    await settle(source(fetch, { credentials: special }).get());
    expect(asked[0]?.path).toBe(path);
  });

  test.each([0, 86_400, 1.5])('refuses a duration of %d', (durationSeconds) => {
    expect(() => source(endpoint().fetch, { durationSeconds })).toThrow(RangeError);
  });
});

describe('the cache', () => {
  test('a thousand concurrent asks for one session cost one exchange', async () => {
    const { fetch, asked } = endpoint([], { latencyMs: 20 });
    const tokens = source(fetch);
    const found = await settle(
      Promise.all(Array.from({ length: 1_000 }, () => tokens.get({ sessionName: 'one' }))),
    );
    expect(new Set(found.map(({ token }) => token)).size).toBe(1);
    expect(asked).toHaveLength(1);
  });

  test('a thousand sessions are exchanged a few at a time, each for itself', async () => {
    const { fetch, asked, mostAtOnce } = endpoint([], { latencyMs: 5 });
    const tokens = source(fetch);
    const found = await settle(
      Promise.all(Array.from({ length: 1_000 }, (_, n) => tokens.get({ sessionName: `s${n}` }))),
    );
    expect(new Set(found.map(({ token }) => token)).size).toBe(1_000);
    expect(new Set(asked.map(({ assertion }) => assertion.session_name)).size).toBe(1_000);
    expect(new Set(asked.map(({ assertion }) => assertion.jti)).size).toBe(1_000);
    expect(mostAtOnce()).toBe(16);
  });

  test('session, scope and device each make another token; the order of fields does not', async () => {
    const { fetch, asked } = endpoint();
    const tokens = source(fetch);
    const scope = botChatScope(['7']);
    const reordered = Object.fromEntries(Object.entries(scope).reverse());
    for (const request of [
      {},
      { sessionName: 'a' },
      { sessionName: 'b' },
      { sessionName: 'a', scope },
      { sessionName: 'a', scope: botChatScope(['8']) },
      { sessionContext: { device_info: { device_id: 'a' } } },
    ]) {
      await settle(tokens.get(request));
      await settle(tokens.get({ ...request }));
    }
    await settle(tokens.get({ sessionName: 'a', scope: reordered }));
    expect(asked).toHaveLength(6);
  });

  test('is bounded: the least recently used session goes', async () => {
    const { fetch, asked } = endpoint();
    const tokens = source(fetch, { maxEntries: 2 });
    const ask = (sessionName: string) => settle(tokens.get({ sessionName }));
    await ask('a');
    await ask('b');
    await ask('a');
    await ask('c');
    expect(tokens.status().cached).toBe(2);
    await ask('a');
    expect(asked).toHaveLength(3);
    await ask('b');
    expect(asked).toHaveLength(4);
  });

  test('renews before the end while the old token goes on', async () => {
    const { fetch, asked } = endpoint();
    const tokens = source(fetch);
    const first = await settle(tokens.get({ sessionName: 'a' }));
    await pass(599_000);
    expect(asked).toHaveLength(1);
    await pass(2_000);
    expect(asked).toHaveLength(2);
    const second = await tokens.get({ sessionName: 'a' });
    expect(second.token).not.toBe(first.token);
    expect(second.ttlSeconds).toBeGreaterThan(800);
  });

  test('forgets a session that nobody asks for', async () => {
    const { fetch, asked } = endpoint();
    const tokens = source(fetch);
    await settle(tokens.get({ sessionName: 'a' }));
    for (let minute = 0; minute < 60; minute += 1) await pass(60_000);
    expect(asked).toHaveLength(2);
    expect(tokens.status().cached).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a failing renewal leaves the token in use, and is tried again', async () => {
    const down = refused(400, { error_code: 'access_deny' });
    const { fetch, asked } = endpoint();
    const replies: Reply[] = [];
    const flaky: typeof fetch = async (...call) => {
      const reply = replies.shift();
      return reply ? reply(asked[0]!) : fetch(...call);
    };
    const tokens = source(flaky);
    const first = await settle(tokens.get({ sessionName: 'a' }));
    replies.push(down);
    await pass(601_000);
    expect(tokens.status().lastFailure).toMatchObject({ kind: 'access_denied' });
    expect((await tokens.get({ sessionName: 'a' })).token).toBe(first.token);
    await pass(120_000);
    expect((await tokens.get({ sessionName: 'a' })).token).not.toBe(first.token);
  });

  test('a token near its end is not handed out', async () => {
    const { fetch, asked } = endpoint();
    const tokens = source(fetch);
    await settle(tokens.get({ sessionName: 'a' }));
    // The machine slept: timers did not run, the clock went on.
    vi.setSystemTime(START + 850_000);
    expect((await settle(tokens.get({ sessionName: 'a' }))).ttlSeconds).toBeGreaterThan(800);
    expect(asked).toHaveLength(2);
  });

  test('a refused token is never handed out again', async () => {
    const { fetch, asked } = endpoint();
    const tokens = source(fetch);
    const { token } = await settle(tokens.get({ sessionName: 'a' }));
    expect(tokens.refuse(token)).toBe(true);
    expect((await settle(tokens.get({ sessionName: 'a' }))).token).not.toBe(token);
    expect(asked).toHaveLength(2);
    // A second refusal of the same old token does not touch the new one.
    expect(tokens.refuse(token)).toBe(true);
    await settle(tokens.get({ sessionName: 'a' }));
    expect(asked).toHaveLength(2);
  });

  test('what it tells of itself holds no token', async () => {
    const tokens = source(endpoint().fetch);
    const { token } = await settle(tokens.get({ sessionName: 'abcdefghijklmnopq' }));
    expect(tokens.cachedTokens()).toEqual([
      {
        sessionName: 'abcdefghijklmnopq',
        issuedAt: expect.any(Number) as number,
        expiresAt: expect.any(Number) as number,
        lastUsedAt: expect.any(Number) as number,
      },
    ]);
    expect(JSON.stringify([tokens.cachedTokens(), tokens.status(), tokens])).not.toContain(token);
  });

  test('one caller who gives up does not stop the others', async () => {
    const { fetch } = endpoint([], { latencyMs: 50 });
    const tokens = source(fetch);
    const controller = new AbortController();
    const impatient = tokens.get({ sessionName: 'a', signal: controller.signal });
    const patient = tokens.get({ sessionName: 'a' });
    controller.abort('gone');
    await expect(impatient).rejects.toBe('gone');
    expect((await settle(patient)).token).toBe('czs_1');
  });

  test('closing ends everything', async () => {
    const tokens = source(endpoint([], { latencyMs: 50 }).fetch);
    const pending = tokens.get({ sessionName: 'a' });
    tokens.close();
    await expect(settle(pending)).rejects.toMatchObject({ kind: 'closed' });
    await expect(tokens.get()).rejects.toMatchObject({ kind: 'closed' });
    await pass(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('failures', () => {
  const invalid = refused(401, { error_code: 'invalid_client', error_message: '' });

  test('5xx and network faults are tried again, with a fresh assertion each', async () => {
    const broken: Reply = () => Promise.reject(new TypeError('fetch failed'));
    const { fetch, asked } = endpoint([refused(503, {}), broken]);
    expect((await settle(source(fetch).get())).token).toBe('czs_1');
    expect(new Set(asked.map(({ assertion }) => assertion.jti)).size).toBe(3);
  });

  test('a 4xx is final and told in our words', async () => {
    const { fetch, asked } = endpoint([invalid]);
    const error: unknown = await settle(source(fetch).get()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'invalid_client', code: 'invalid_client', status: 401 });
    expect(String(error)).not.toMatch(/eyJ/);
    expect(asked).toHaveLength(1);
  });

  test('after a failure the next ask tries anew', async () => {
    const { fetch } = endpoint([invalid]);
    const tokens = source(fetch);
    await expect(settle(tokens.get())).rejects.toMatchObject({ kind: 'invalid_client' });
    expect((await settle(tokens.get())).token).toBe('czs_1');
    expect(tokens.status().exchanges).toMatchObject({ succeeded: 1, failed: 1, inFlight: 0 });
  });

  test('trouble that lasts ends with the budget', async () => {
    const { fetch, asked } = endpoint(Array.from({ length: 20 }, () => refused(500, {})));
    await expect(settle(source(fetch).get())).rejects.toMatchObject({ kind: 'upstream_failed' });
    expect(asked).toHaveLength(4);
  });

  test('an endpoint that never answers is a time-out of its own', async () => {
    const silent: typeof globalThis.fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
      });
    await expect(settle(source(silent, { headMs: 50 }).get())).rejects.toMatchObject({
      kind: 'timeout',
      phase: 'head',
    });
  });

  test.each<[string, Reply]>([
    ['no token', refused(200, { expires_in: 1 })],
    ['no header value', refused(200, { access_token: 'a\nb', expires_in: START })],
    ['an expired token', refused(200, { access_token: 'x', expires_in: START / 1000 - 5 })],
    ['a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: '/' } })],
  ])('%s is not taken for an answer of Coze', async (_, reply) => {
    const { fetch } = endpoint([reply]);
    await expect(settle(source(fetch).get())).rejects.toMatchObject({ kind: 'unexpected_answer' });
  });

  test('a duration in place of the epoch would be understood', async () => {
    const { fetch } = endpoint([refused(200, { access_token: 'x', expires_in: 900 })]);
    expect((await settle(source(fetch).get())).expiresAt).toBeGreaterThan(START / 1000 + 800);
  });
});

describe('the clock', () => {
  test('a wrong one is corrected by the answer that refuses it, once', async () => {
    const aheadMs = 600_000;
    const { fetch, asked } = endpoint(
      [refused(401, { error_code: 'invalid_client', error_message: '' })],
      { aheadMs },
    );
    const tokens = source(fetch);
    const token = await settle(tokens.get());
    expect(asked).toHaveLength(2);
    const iat = asked[1]!.assertion.iat as number;
    expect(iat * 1000 - (START + aheadMs)).toBeGreaterThan(-4_000);
    expect(iat * 1000).toBeLessThanOrEqual(Date.now() + aheadMs);
    expect(token.ttlSeconds).toBeLessThanOrEqual(903);
    expect(tokens.status().clockOffsetMs).toBeGreaterThan(598_000);
  });

  test('a right one makes no second try', async () => {
    const refuse = refused(401, { error_code: 'invalid_client', error_message: '' });
    const { fetch, asked } = endpoint([refuse, refuse]);
    await expect(settle(source(fetch).get())).rejects.toMatchObject({ kind: 'invalid_client' });
    expect(asked).toHaveLength(1);
  });
});

describe('rate limiting', () => {
  const limited = refused(429, { code: 4013, msg: 'slow down' }, { 'retry-after': '3' });

  test('everybody waits for as long as Coze says', async () => {
    const { fetch, asked } = endpoint([limited]);
    const tokens = source(fetch, { concurrency: 1 });
    const times: number[] = [];
    const timed: typeof fetch = (...call) => {
      times.push(Date.now() - START);
      return fetch(...call);
    };
    const slow = source(timed, { concurrency: 1 });
    await settle(Promise.all([slow.get({ sessionName: 'a' }), slow.get({ sessionName: 'b' })]));
    expect(asked).toHaveLength(3);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(3_000);
    expect(slow.status().pausedUntil).toBeNull();
    tokens.close();
  });

  test('a pause beyond the budget fails at once and names the time', async () => {
    const reply = refused(429, {}, { 'retry-after': '60' });
    const { fetch, asked } = endpoint([reply]);
    const tokens = source(fetch);
    await expect(settle(tokens.get())).rejects.toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 60_000,
    });
    // And the next session is not even asked for.
    await expect(settle(tokens.get({ sessionName: 'b' }))).rejects.toMatchObject({
      kind: 'rate_limited',
    });
    expect(asked).toHaveLength(1);
    expect(tokens.status().pausedUntil).toBeGreaterThan(Date.now());
  });

  test('4013 without a time pauses for a growing while', async () => {
    const { fetch, asked } = endpoint(
      Array.from({ length: 3 }, () => refused(200, { code: 4013, msg: 'x' })),
    );
    await settle(source(fetch).get());
    expect(asked).toHaveLength(4);
    expect(Date.now() - START).toBeGreaterThanOrEqual(1_000 + 2_000 + 4_000);
  });
});

test('a personal access token is the same for everybody and cannot be renewed', async () => {
  const result = patCredentials({
    pat: 'pat_abcdefghijklmnop',
    apiBase: 'https://api.coze.cn',
  });
  if (!result.ok) throw new Error('refused');
  const tokens = createTokenSource({ credentials: result.credentials });
  const found = await tokens.get({ sessionName: 'a' });
  expect(found).toEqual({
    token: 'pat_abcdefghijklmnop',
    tokenType: 'Bearer',
    expiresAt: null,
    ttlSeconds: null,
    ageSeconds: null,
  });
  expect(tokens.refuse(found.token)).toBe(false);
  expect(tokens).toMatchObject({ kind: 'pat', apiBase: 'https://api.coze.cn' });
});
