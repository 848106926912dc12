import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run, zcbot, type ZcbotProcess } from '../testing/zcbot-process.ts';

const PASSWORD = 'correct horse battery staple';
let folder: string;
let server: ZcbotProcess;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'zcbot-user-'));
  server = zcbot(['serve'], {
    environment: {
      PLATFORM_KEY: 'pZ8qf3-Lm1Xv7_Rk5Tn9Wb2Yc4Hd6Js0',
      JWT_SECRET: 'a1Qw-7uIk3_Zx9Pl5Mn2Bv8Cd4Fg6Hj0',
      ZCBOT_PORT: '0',
      ZCBOT_DATA_DIR: folder,
    },
  });
  url = /http:\S+/.exec(await server.until(/console on http:\S+/))![0];
});
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.ended;
  await rm(folder, { recursive: true, force: true });
});

/** Beside the running server, and without its secrets. */
const user = (args: string[], stdin = '') =>
  run(['user', ...args], { environment: { ZCBOT_DATA_DIR: folder }, stdin });

async function login(email: string, password: string): Promise<Response> {
  return fetch(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
}

test('add: the user signs in at once, and the password is not echoed', async () => {
  const added = await user(
    ['add', 'li@example.com', '--name', 'Li', '--password-stdin'],
    `${PASSWORD}\n`,
  );
  expect(added.stderr).toBe('');
  expect(added.stdout).toContain('li@example.com can sign in');
  expect(added.stdout).not.toContain(PASSWORD);
  expect(added.code).toBe(0);
  expect((await login('li@example.com', PASSWORD)).status).toBe(200);
});

test('add without a terminal and without --password-stdin makes a password that works', async () => {
  const { stdout } = await user(['add', 'wang@example.com']);
  const password = /only this once\): (\S+)/.exec(stdout)![1]!;
  expect((await login('wang@example.com', password)).status).toBe(200);
});

test('list shows both, as a table and as JSON', async () => {
  const { stdout } = await user(['list']);
  expect(stdout).toMatch(/li@example\.com\s+Li\s/);
  const all = JSON.parse((await user(['list', '--json'])).stdout) as { email: string }[];
  expect(all.map(({ email }) => email)).toEqual(['li@example.com', 'wang@example.com']);
});

test('passwd: the old password is refused, the new one works', async () => {
  const changed = await user(
    ['passwd', 'li@example.com', '--password-stdin'],
    'a new long password',
  );
  expect(changed.code).toBe(0);
  expect((await login('li@example.com', PASSWORD)).status).toBe(401);
  expect((await login('li@example.com', 'a new long password')).status).toBe(200);
});

test('revoke ends the tokens of a running server', async () => {
  const { token } = (await (await login('li@example.com', 'a new long password')).json()) as {
    token: string;
  };
  const me = () => fetch(`${url}/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } });
  expect((await me()).status).toBe(200);
  expect((await user(['revoke', 'li@example.com'])).code).toBe(0);
  const deadline = performance.now() + 1_000;
  let { status } = await me();
  while (status !== 401 && performance.now() < deadline) ({ status } = await me());
  expect(status).toBe(401);
});

test.each([
  [['add', 'li@example.com'], 'is taken'],
  [['add', 'no-address'], 'is not an e-mail address'],
  [['passwd', 'nobody@example.com'], 'no user nobody@example.com'],
  [['revoke', '00000000-0000-0000-0000-000000000001'], 'no user'],
])('%j is refused with a reason and code 1', async (args, reason) => {
  const { code, stderr } = await user(args);
  expect(stderr).toContain(reason);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
});

test('an empty stdin is no password', async () => {
  const { code, stderr } = await user(['passwd', 'li@example.com', '--password-stdin']);
  expect(stderr).toContain('stdin held no password');
  expect(code).toBe(1);
});
