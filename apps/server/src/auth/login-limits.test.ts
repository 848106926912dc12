import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../database/database.ts';
import { ProblemError } from '../http/problem.ts';
import { startTestServer } from '../testing/server.ts';
import { createPostgresDatabase, databaseKinds, type TestDatabase } from '../testing/databases.ts';
import { openUserCommands } from '../users/users.commands.ts';
import { createUserStore } from '../users/users.store.ts';
import { createAuthService } from './auth.service.ts';
import { createAuthStore } from './auth.store.ts';
import { createLoginLimits } from './login-limits.ts';
import { createPasswords } from './passwords.ts';
import { createRateLimitStore } from './rate-limits.store.ts';
import { createTokens } from './tokens.ts';

const EMAIL = 'ann@example.com';
const PASSWORD = 'correct horse battery';
const PLATFORM_KEY = randomBytes(32).toString('base64');

/** A service on `database` whose hasher counts and takes no time. */
function serviceOn(database: Database) {
  const hashed: string[] = [];
  const passwords = createPasswords(
    {
      hash: (password) => Promise.resolve(`hash of ${password}`),
      async verify(known, password) {
        hashed.push(password);
        await new Promise(setImmediate);
        return known === `hash of ${password}`;
      },
    },
    4,
  );
  const auth = createAuthService({
    tokens: createTokens({ secret: randomBytes(32).toString('base64'), ttlSeconds: 60 }),
    users: createUserStore(database),
    store: createAuthStore(database),
    passwords,
    limits: createLoginLimits(createRateLimitStore(database)),
    streams: { endToken: () => {}, endOlderTokens: () => {} },
    platformKeys: [PLATFORM_KEY],
  });
  const attempt = async (address: string, password = 'wrong', email = EMAIL): Promise<string> => {
    try {
      await auth.loginByPassword({ email, password }, address);
      return 'in';
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.code === 'rate_limited') expect(error.retryAfterSeconds).toBeGreaterThan(0);
      return error.code;
    }
  };
  return { auth, attempt, hashed };
}

describe('limits on passwords', () => {
  let opened: TestDatabase;
  let service: ReturnType<typeof serviceOn>;

  beforeEach(async () => {
    opened = await databaseKinds[0].open();
    await createUserStore(opened.database).add({
      id: '00000000-0000-0000-0000-000000000001',
      email: EMAIL,
      name: null,
      passwordHash: `hash of ${PASSWORD}`,
    });
    service = serviceOn(opened.database);
  });
  afterEach(() => opened.close());

  it('let ten of a thousand guesses from one address reach the hash, one after the other', async () => {
    for (let i = 0; i < 1_000; i += 1) await service.attempt('203.0.113.7', `guess ${i}`);
    expect(service.hashed).toHaveLength(10);
    expect(await service.attempt('203.0.113.7', PASSWORD)).toBe('rate_limited');
  });

  it('let ten of a thousand guesses reach the hash, twenty at a time', async () => {
    const outcomes: string[] = [];
    for (let round = 0; round < 50; round += 1) {
      outcomes.push(
        ...(await Promise.all(
          Array.from({ length: 20 }, () => service.attempt('203.0.113.7', 'guess')),
        )),
      );
    }
    expect(service.hashed).toHaveLength(10);
    expect(outcomes.filter((code) => code === 'rate_limited')).toHaveLength(990);
  });

  it('let the owner in from another address meanwhile', async () => {
    for (let i = 0; i < 100; i += 1) await service.attempt('203.0.113.7');
    expect(await service.attempt('198.51.100.1', PASSWORD)).toBe('in');
    expect(await service.attempt('2001:db8:0:0:0:0:0:1', PASSWORD)).toBe('in');
  });

  it('count a whole /64 as one address', async () => {
    for (let i = 0; i < 100; i += 1) await service.attempt(`2001:db8:1:2:0:0:0:${i.toString(16)}`);
    expect(service.hashed).toHaveLength(10);
    expect(await service.attempt('2001:db8:1:3:0:0:0:1', PASSWORD)).toBe('in');
  });

  it('let fifty guesses from one address at many accounts reach the hash', async () => {
    const codes = new Set<string>();
    for (let i = 0; i < 200; i += 1) {
      codes.add(await service.attempt('203.0.113.7', 'wrong', `user${i}@example.com`));
    }
    expect(service.hashed).toHaveLength(50);
    expect([...codes]).toEqual(['invalid_credentials', 'rate_limited']);
  });

  it('let a hundred guesses from many addresses at one account reach the hash', async () => {
    for (let i = 0; i < 200; i += 1) await service.attempt(`203.0.113.${i}`);
    expect(service.hashed).toHaveLength(100);
  });

  it('never keep the owner out of an address that has signed in before', async () => {
    expect(await service.attempt('198.51.100.1', PASSWORD)).toBe('in');
    for (let i = 0; i < 200; i += 1) await service.attempt(`203.0.113.${i}`);
    expect(await service.attempt('203.0.113.250')).toBe('rate_limited');
    expect(await service.attempt('198.51.100.1', PASSWORD)).toBe('in');
    const restarted = serviceOn(opened.database);
    expect(await restarted.attempt('198.51.100.1', PASSWORD)).toBe('in');
  });

  it('treat an account that does not exist like one that does', async () => {
    const codes = async (email: string, address: string): Promise<string[]> => {
      const seen: string[] = [];
      for (let i = 0; i < 12; i += 1) seen.push(await service.attempt(address, 'wrong', email));
      return seen;
    };
    const known = await codes(EMAIL, '203.0.113.1');
    expect(await codes('nobody@example.com', '203.0.113.2')).toEqual(known);
    expect(service.hashed).toHaveLength(20);
  });

  it('see through different spellings of the account', async () => {
    for (let i = 0; i < 5; i += 1) await service.attempt('203.0.113.7', 'wrong', 'ANN@example.com');
    for (let i = 0; i < 10; i += 1) await service.attempt('203.0.113.7', 'wrong', ` ${EMAIL} `);
    expect(service.hashed).toHaveLength(10);
  });

  it('count only failures', async () => {
    for (let i = 0; i < 60; i += 1) {
      expect(await service.attempt('203.0.113.7', PASSWORD)).toBe('in');
    }
    for (let i = 0; i < 9; i += 1) await service.attempt('203.0.113.7');
    for (let i = 0; i < 5; i += 1) {
      expect(await service.attempt('203.0.113.7', PASSWORD)).toBe('in');
    }
  });

  it('hold across a restart and on a second connection', async () => {
    for (let i = 0; i < 10; i += 1) await service.attempt('203.0.113.7');
    const again = await openDatabase(opened.location);
    expect(await serviceOn(again).attempt('203.0.113.7', PASSWORD)).toBe('rate_limited');
    await again.close();
  });

  it('count nothing that was turned away for want of a place', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 45 }, (_, i) => service.attempt(`203.0.113.${i}`)),
    );
    const looked = outcomes.filter((code) => code === 'invalid_credentials').length;
    const turnedAway = outcomes.filter((code) => code === 'unavailable').length;
    expect(looked + turnedAway).toBe(45);
    expect(turnedAway).toBeGreaterThan(0);
    const counted = await opened.database.query
      .selectFrom('rate_limits')
      .select((eb) => eb.fn.sum<number>('failures').as('sum'))
      .executeTakeFirstOrThrow();
    expect(counted.sum).toBe(3 * looked);
  });

  it('keep no e-mail address, in the clear or otherwise short', async () => {
    await service.attempt('203.0.113.7');
    const rows = await opened.database.query.selectFrom('rate_limits').selectAll().execute();
    expect(JSON.stringify(rows)).not.toMatch(/ann|example/);
  });

  it('run a hash for users nobody knows and for users without a password', async () => {
    const { id } = await createUserStore(opened.database).seen(
      '00000000-0000-0000-0000-000000000002',
      'by platform',
    );
    for (const email of [EMAIL, 'nobody@example.com', id]) {
      service.hashed.length = 0;
      expect(await service.attempt('203.0.113.7', 'wrong', email)).toBe('invalid_credentials');
      expect(service.hashed).toEqual(['wrong']);
    }
  });
});

describe('limits on the platform key', () => {
  it('hold back wrong keys of one address only, and never a right one', async () => {
    const opened = await databaseKinds[0].open();
    const { auth } = serviceOn(opened.database);
    const user_id = '00000000-0000-0000-0000-000000000001';
    const logIn = async (address: string, platform_key: string): Promise<string> => {
      try {
        await auth.loginByPlatform({ user_id, platform_key }, address);
        return 'in';
      } catch (error) {
        return error instanceof ProblemError ? error.code : String(error);
      }
    };
    const wrong: string[] = [];
    for (let i = 0; i < 12; i += 1) wrong.push(await logIn('203.0.113.7', `wrong ${i}`));
    expect(wrong).toEqual([
      ...Array<string>(10).fill('invalid_platform_key'),
      'rate_limited',
      'rate_limited',
    ]);
    expect(await logIn('203.0.113.7', PLATFORM_KEY)).toBe('in');
    expect(await logIn('198.51.100.1', 'wrong')).toBe('invalid_platform_key');
    await expect(
      auth.revoke({ user_id, platform_key: 'wrong' }, '203.0.113.7'),
    ).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: expect.any(Number) });
    await auth.revoke({ user_id, platform_key: PLATFORM_KEY }, '203.0.113.7');
    await opened.close();
  });
});

describe('over HTTP', () => {
  const wrongKey = { user_id: '00000000-0000-0000-0000-000000000001', platform_key: 'wrong' };

  it('a 429 says when to try again, and a restart changes nothing', async () => {
    const server = await startTestServer();
    try {
      const users = await openUserCommands({ settings: server.settings });
      await users.add({ email: EMAIL, password: PASSWORD });
      await users.close();
      const logIn = (password: string) =>
        server.call('/v1/auth/login', { body: { email: EMAIL, password } });
      for (let i = 0; i < 10; i += 1) expect((await logIn('wrong')).status).toBe(401);
      for (let round = 0; round < 2; round += 1) {
        const response = await logIn(PASSWORD);
        expect(response.status).toBe(429);
        expect(response.headers.get('Content-Type')).toBe('application/problem+json');
        const seconds = Number(response.headers.get('Retry-After'));
        expect(seconds).toBeGreaterThan(800);
        expect(seconds).toBeLessThanOrEqual(900);
        await server.restart();
      }
    } finally {
      await server.stop();
    }
  });

  it.each([
    ['nobody is trusted', [], (i: number) => `198.51.100.${i}`],
    ['the proxy is trusted', ['127.0.0.1'], (i: number) => `198.51.100.${i}, 203.0.113.7`],
    ['a chain is trusted', ['127.0.0.0/8'], (i: number) => `::${i}, 203.0.113.7, 127.0.0.9`],
  ])('invented addresses share one counter when %s', async (_who, trustedProxies, forwarded) => {
    const server = await startTestServer({ trustedProxies });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 100; i += 1) {
        const headers = {
          'X-Forwarded-For': forwarded(i),
          'X-Real-IP': `198.51.100.${i}`,
          Forwarded: `for=198.51.100.${i}`,
        };
        const response = await server.call('/v1/auth/login', { body: wrongKey, headers });
        statuses.push(response.status);
      }
      expect(statuses.filter((status) => status === 401)).toHaveLength(10);
      expect(statuses.filter((status) => status === 429)).toHaveLength(90);
    } finally {
      await server.stop();
    }
  });

  it('clients behind a trusted proxy are counted each by itself', async () => {
    const server = await startTestServer({ trustedProxies: ['127.0.0.1'] });
    try {
      for (let i = 0; i < 30; i += 1) {
        const headers = { 'X-Forwarded-For': `198.51.100.${i}` };
        const response = await server.call('/v1/auth/login', { body: wrongKey, headers });
        expect(response.status).toBe(401);
      }
    } finally {
      await server.stop();
    }
  });

  it('two servers on one PostgreSQL count together', async () => {
    const { url, drop } = await createPostgresDatabase();
    const servers = [
      await startTestServer({ databaseUrl: url }),
      await startTestServer({ databaseUrl: url }),
    ];
    try {
      const statuses = await Promise.all(
        Array.from({ length: 40 }, async (_, i) => {
          const response = await servers[i % 2]!.call('/v1/auth/login', { body: wrongKey });
          return response.status;
        }),
      );
      expect(statuses.filter((status) => status === 401)).toHaveLength(10);
      expect(statuses.filter((status) => status === 429)).toHaveLength(30);
    } finally {
      for (const server of servers) await server.stop();
      await drop();
    }
  });

  it('a flood of logins is turned away at once, and the server stays awake', async () => {
    const server = await startTestServer({ trustedProxies: ['127.0.0.1'] });
    try {
      const flood = Array.from({ length: 200 }, async (_, i) => {
        const response = await server.call('/v1/auth/login', {
          body: { email: `user${i}@example.com`, password: 'wrong password' },
          headers: { 'X-Forwarded-For': `10.0.${i >> 8}.${i & 255}` },
        });
        await response.arrayBuffer();
        return [response.status, Number(response.headers.get('Retry-After'))] as const;
      });
      const answers = await Promise.all(flood);
      expect(new Set(answers.map(([status]) => status))).toEqual(new Set([401, 503]));
      for (const [status, retryAfter] of answers) {
        if (status === 503) expect([1, 2, 3, 4, 5]).toContain(retryAfter);
      }
      expect((await server.logIn()).token).toBeTruthy();
    } finally {
      await server.stop();
    }
  });
});
