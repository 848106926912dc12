import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PLATFORM_KEY, startFakeZcbot, type FakeZcbot } from '../portal/testing/fake-zcbot.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const compiled = mkdtempSync(path.join(tmpdir(), 'portal-fastapi-'));
const python = { ...process.env, PYTHONPYCACHEPREFIX: compiled };
const works = (...words: string[]) =>
  spawnSync('python3', words, { cwd: folder, env: python, timeout: 15_000 }).status === 0;
const hasPython = works('--version');
const hasPackages = hasPython && works('-c', 'import fastapi, httpx, uvicorn');
const USER_A = 'a0000000-0000-4000-8000-000000000001';

afterAll(() => rmSync(compiled, { recursive: true, force: true }));

it.skipIf(!hasPython)('compiles', () => {
  expect(works('-m', 'py_compile', 'main.py')).toBe(true);
});

// The packages come from another registry than ours, so this runs only where they are installed.
describe.skipIf(!hasPackages)('the FastAPI backend', () => {
  let zcbot: FakeZcbot;
  let origin: string;
  let child: ChildProcess;
  let output = '';

  beforeAll(async () => {
    zcbot = await startFakeZcbot();
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    const words = ['-m', 'uvicorn', 'main:app', '--port', String(port)];
    const env = { ...python, ZCBOT_ORIGIN: zcbot.origin, ZCBOT_PLATFORM_KEY: PLATFORM_KEY };
    child = spawn('python3', words, { cwd: folder, env });
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    await vi.waitFor(() => expect(output).toContain('running on'), { timeout: 15_000 });
  });

  afterAll(async () => {
    child.kill('SIGTERM');
    await once(child, 'close');
    await zcbot.close();
    expect(zcbot.faults).toEqual([]);
    expect(output).not.toContain(PLATFORM_KEY);
  });

  const post = (where: string, cookie = '', sender = origin) =>
    fetch(origin + where, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin: sender },
    });

  const signIn = async () => {
    const response = await post('/login/a');
    expect(response.status).toBe(303);
    const attributes = response.headers.getSetCookie()[0]!;
    expect(attributes).toMatch(/HttpOnly.*SameSite=lax/i);
    return attributes.split(';')[0]!;
  };

  it('gives no token without a session, nor to another origin', async () => {
    const before = zcbot.calls.length;
    expect((await post('/api/zcbot-token')).status).toBe(401);
    expect((await post('/api/zcbot-token', await signIn(), 'http://127.0.0.1:9')).status).toBe(403);
    expect(zcbot.calls).toHaveLength(before);
  });

  it('gives whoever is signed in a token', async () => {
    const response = await post('/api/zcbot-token', await signIn());
    expect(response.status).toBe(200);
    const answer = await response.json();
    expect(Object.keys(answer)).toEqual(['token', 'user_id', 'user_name']);
    expect(answer.user_id).toBe(USER_A);
  });

  it('shows the page with the frame and the shared script, and the key nowhere', async () => {
    const cookie = await signIn();
    const page = await (await fetch(`${origin}/?task_id=%22%3E`, { headers: { cookie } })).text();
    const address = /<iframe[^>]*\ssrc="([^"]+)"/.exec(page)![1]!.replaceAll('&amp;', '&');
    expect(Object.fromEntries(new URL(address).searchParams)).toEqual({
      embed: '1',
      parent_origin: origin,
      task_id: '">',
    });
    const script = await (await fetch(`${origin}/zcbot-embed.js`)).text();
    expect(script).toContain('async function pushToken()');
    expect((await fetch(`${origin}/main.py`)).status).toBe(404);
    expect(page + script).not.toContain(PLATFORM_KEY);
  });

  it('revokes at sign-out', async () => {
    const cookie = await signIn();
    expect((await post('/logout', cookie)).status).toBe(303);
    expect(zcbot.calls.at(-1)).toMatchObject({ path: '/v1/auth/revoke', userId: USER_A });
    expect((await post('/api/zcbot-token', cookie)).status).toBe(401);
  });

  it('answers 502 when zcbot is sick, and still signs out', async () => {
    const cookie = await signIn();
    zcbot.answer = (_request, response) => response.destroy();
    const response = await post('/api/zcbot-token', cookie);
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ detail: 'zcbot cannot be reached' });
    expect((await post('/logout', cookie)).status).toBe(303);
    zcbot.answer = null;
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
