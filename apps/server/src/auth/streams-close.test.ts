/** Whoever is signed out hears nothing more after a second, whichever process signed them out. */
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Accepted, Task } from '@zcbot/protocol/http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StorageSettings } from '../config/settings.ts';
import { createPostgresDatabase } from '../testing/databases.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { openStream, type OpenStream } from '../testing/stream.ts';
import { openUserCommands } from '../users/users.commands.ts';

const LIMIT_MS = 1_000;
const EMAIL = 'ann@example.com';
const PASSWORD = 'correct horse battery';

let streams: OpenStream[] = [];
afterEach(() => {
  for (const stream of streams) stream.close();
  streams = [];
});

async function open(server: TestServer, token: string, path = '/v1/events'): Promise<OpenStream> {
  const stream = await openStream(server.call, path, token);
  expect(stream.status).toBe(200);
  streams.push(stream);
  await expect.poll(stream.text, { timeout: 5_000 }).not.toBe('');
  return stream;
}

/** How long after `since` the stream ended (in milliseconds); fails when it stays open. */
async function closedAfter(stream: OpenStream, since: number): Promise<number> {
  const endedAt = await Promise.race([stream.ended, delay(5 * LIMIT_MS)]);
  expect(endedAt, 'the stream stays open').toBeTypeOf('number');
  expect(stream.text()).toMatch(/event: reauth\ndata: \{\}\n\n$/);
  return endedAt! - since;
}

function logOut(server: TestServer, token: string): Promise<Response> {
  return server.call('/v1/auth/logout', { method: 'POST', token });
}
function revoke(server: TestServer, user_id: string): Promise<Response> {
  const body = { user_id, platform_key: server.settings.platformKey };
  return server.call('/v1/auth/revoke', { body });
}

/** Runs one user command in a process of its own, as `zcbot user` does. @returns when it was done */
async function inAnotherProcess(settings: StorageSettings, command: string): Promise<number> {
  const { dataDirectory, databaseUrl } = settings;
  const module = new URL('../users/users.commands.ts', import.meta.url).href;
  const script = `
    const { openUserCommands } = await import(${JSON.stringify(module)});
    const settings = ${JSON.stringify({ dataDirectory, databaseUrl })};
    const users = await openUserCommands({ settings });
    await users.${command};
    process.stdout.write('done');
    await users.close();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const done = await Promise.race([
    once(child.stdout, 'data').then(() => performance.now()),
    exited.then(([code]) => {
      throw new Error(`the command ended with ${code}`);
    }),
  ]);
  await exited;
  return done;
}

describe('on SQLite, streams close', () => {
  let server: TestServer;
  let annId: string;
  beforeAll(async () => {
    server = await startTestServer();
    const users = await openUserCommands({ settings: server.settings });
    annId = (await users.add({ email: EMAIL, password: PASSWORD })).user_id;
    await users.close();
  });
  afterAll(() => server.stop());

  it('after a logout: those opened with this token, and no others', async () => {
    const userId = randomUUID();
    const [mine, sameUser, other] = [
      await server.logIn(userId),
      await server.logIn(userId),
      await server.logIn(),
    ];
    const ending = [await open(server, mine.token), await open(server, mine.token)];
    const staying = [await open(server, sameUser.token), await open(server, other.token)];
    const since = performance.now();
    expect((await logOut(server, mine.token)).status).toBe(204);
    for (const stream of ending) expect(await closedAfter(stream, since)).toBeLessThan(LIMIT_MS);
    await delay(2 * LIMIT_MS);
    for (const stream of staying) expect(stream.open()).toBe(true);
  });

  it('after a revoke: all of the user, and none that is opened with a newer token', async () => {
    const userId = randomUUID();
    const [first, second, other] = [
      await server.logIn(userId),
      await server.logIn(userId),
      await server.logIn(),
    ];
    const ending = [await open(server, first.token), await open(server, second.token)];
    const bystander = await open(server, other.token);
    const since = performance.now();
    expect((await revoke(server, userId)).status).toBe(204);
    for (const stream of ending) expect(await closedAfter(stream, since)).toBeLessThan(LIMIT_MS);
    const newer = await open(server, (await server.logIn(userId)).token);
    await delay(2 * LIMIT_MS);
    expect([newer.open(), bystander.open()]).toEqual([true, true]);
  });

  it('in the middle of an answer, of which nothing more is sent', async () => {
    const { token } = await server.logIn();
    const task = (await (await server.call('/v1/tasks', { token, body: {} })).json()) as Task;
    const { run_id } = (await (
      await server.call(`/v1/tasks/${task.id}/messages`, {
        token,
        body: { id: randomUUID(), text: 'hello' },
      })
    ).json()) as Accepted;
    const streams = [
      await open(server, token, `/v1/events?run=${run_id}`),
      await open(server, token),
    ];
    const since = performance.now();
    await logOut(server, token);
    for (const stream of streams) expect(await closedAfter(stream, since)).toBeLessThan(LIMIT_MS);
    expect((await server.call(`/v1/runs/${run_id}/events`, { token })).status).toBe(401);
  });

  it('when another process revokes the user', { retry: 2 }, async () => {
    const userId = randomUUID();
    const stream = await open(server, (await server.logIn(userId)).token);
    const bystander = await open(server, (await server.logIn()).token);
    const done = await inAnotherProcess(server.settings, `revoke({ user: '${userId}' })`);
    expect(await closedAfter(stream, done)).toBeLessThan(LIMIT_MS);
    expect(bystander.open()).toBe(true);
  });

  it('when another process sets a new password', { retry: 2 }, async () => {
    const logIn = async (password: string) =>
      server.call('/v1/auth/login', { body: { email: EMAIL, password } });
    const { token, user_id } = (await (await logIn(PASSWORD)).json()) as Record<string, string>;
    expect(user_id).toBe(annId);
    const stream = await open(server, token!);
    const command = `setPassword({ email: '${EMAIL}', password: 'another password' })`;
    const done = await inAnotherProcess(server.settings, command);
    expect(await closedAfter(stream, done)).toBeLessThan(LIMIT_MS);
    expect((await logIn(PASSWORD)).status).toBe(401);
    expect((await logIn('another password')).status).toBe(200);
    await inAnotherProcess(
      server.settings,
      `setPassword({ email: '${EMAIL}', password: '${PASSWORD}' })`,
    );
  });

  it('also when they are opened in the moment of the logout', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { token } = await server.logIn();
      const opening = Array.from({ length: 5 }, () => openStream(server.call, '/v1/events', token));
      const [loggedOut, ...opened] = await Promise.all([logOut(server, token), ...opening]);
      expect(loggedOut.status).toBe(204);
      streams.push(...opened);
    }
    const let_in = streams.filter(({ status }) => status === 200);
    await expect
      .poll(() => let_in.filter((stream) => stream.open()).length, { timeout: 5_000 })
      .toBe(0);
  });
});

describe('on one PostgreSQL, streams at a second server close', () => {
  let drop: () => Promise<void>;
  let here: TestServer;
  let there: TestServer;
  beforeAll(async () => {
    const created = await createPostgresDatabase();
    drop = created.drop;
    here = await startTestServer({ databaseUrl: created.url });
    const { jwtSecret, platformKey } = here.settings;
    there = await startTestServer({ databaseUrl: created.url, jwtSecret, platformKey });
  });
  afterAll(async () => {
    await here.stop();
    await there.stop();
    await drop();
  });

  it('after a logout at the first', { retry: 2 }, async () => {
    const userId = randomUUID();
    const [mine, sameUser] = [await here.logIn(userId), await here.logIn(userId)];
    const stream = await open(there, mine.token);
    const staying = await open(there, sameUser.token);
    await logOut(here, mine.token);
    expect(await closedAfter(stream, performance.now())).toBeLessThan(LIMIT_MS);
    expect(staying.open()).toBe(true);
    expect((await there.call('/v1/auth/me', { token: mine.token })).status).toBe(401);
  });

  it('after a revoke at the first', { retry: 2 }, async () => {
    const userId = randomUUID();
    const stream = await open(there, (await here.logIn(userId)).token);
    const bystander = await open(there, (await here.logIn()).token);
    await revoke(here, userId);
    expect(await closedAfter(stream, performance.now())).toBeLessThan(LIMIT_MS);
    expect(bystander.open()).toBe(true);
  });

  it('when the command line revokes the user', { retry: 2 }, async () => {
    const userId = randomUUID();
    const stream = await open(there, (await here.logIn(userId)).token);
    const done = await inAnotherProcess(here.settings, `revoke({ user: '${userId}' })`);
    expect(await closedAfter(stream, done)).toBeLessThan(LIMIT_MS);
  });
});

describe('time and rotation', () => {
  it('a stream ends with its token', async () => {
    const server = await startTestServer({ tokenTtlSeconds: 3 });
    try {
      const { token, exp } = await server.logIn();
      const stream = await open(server, token);
      await stream.ended;
      expect(stream.text()).toMatch(/event: reauth\ndata: \{\}\n\n$/);
      expect(Date.now() / 1000 - exp).toBeGreaterThanOrEqual(0);
      expect(Date.now() / 1000 - exp).toBeLessThan(3);
      const after = await server.call('/v1/auth/me', { token });
      expect(after.status).toBe(401);
      expect(await after.json()).toMatchObject({ code: 'token_expired' });
    } finally {
      await server.stop();
    }
  });

  it('rotating both secrets by …_PREVIOUS signs nobody out', async () => {
    const strong = (): string => randomBytes(32).toString('base64');
    const server = await startTestServer();
    try {
      const { jwtSecret: oldSecret, platformKey: oldKey } = server.settings;
      const before = await server.logIn();
      const ended = await server.logIn();
      await logOut(server, ended.token);
      const [jwtSecret, platformKey] = [strong(), strong()];
      await server.restart({
        jwtSecret,
        jwtSecretPrevious: oldSecret,
        platformKey,
        platformKeyPrevious: oldKey,
      });
      const status = async (token: string): Promise<number> =>
        (await server.call('/v1/auth/me', { token })).status;
      const logIn = (platform_key: string): Promise<Response> =>
        server.call('/v1/auth/login', { body: { user_id: before.user_id, platform_key } });
      const after = await server.logIn();
      const byOldKey = await logIn(oldKey);
      expect(byOldKey.status).toBe(200);
      const { token: tokenByOldKey } = (await byOldKey.json()) as { token: string };
      expect(await status(before.token)).toBe(200);
      expect(await status(after.token)).toBe(200);
      expect(await status(tokenByOldKey)).toBe(200);
      expect(await status(ended.token)).toBe(401);
      await open(server, before.token);

      await server.restart({ jwtSecretPrevious: undefined, platformKeyPrevious: undefined });
      expect(await status(before.token)).toBe(401);
      expect((await logIn(oldKey)).status).toBe(401);
      expect(await status(after.token)).toBe(200);
      expect(await status(tokenByOldKey)).toBe(200);
    } finally {
      await server.stop();
    }
  });
});
