import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPortal } from './app.mjs';
import { EMPLOYEES } from './employees.mjs';
import { PLATFORM_KEY, startFakeZcbot, type FakeZcbot } from './testing/fake-zcbot.ts';
import { createSessions } from './sessions.mjs';
import { createZcbot } from './zcbot.mjs';

const [userA, userB] = EMPLOYEES.map((employee: { zcbotUserId: string }) => employee.zcbotUserId);
const TIMEOUT_MS = 300;

let zcbot: FakeZcbot;
let portal: ReturnType<typeof createPortal>;
let origin: string;
let log: string[];

async function startPortal(platformKey = PLATFORM_KEY) {
  log = [];
  portal = createPortal({
    zcbotOrigin: zcbot.origin,
    zcbot: createZcbot({ origin: zcbot.origin, platformKey, timeoutMs: TIMEOUT_MS }),
    sessions: createSessions(),
    log: (line: string) => log.push(line),
  });
  portal.listen(0, '127.0.0.1');
  await once(portal, 'listening');
  origin = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
}

beforeEach(async () => {
  zcbot = await startFakeZcbot();
  await startPortal();
});

afterEach(async () => {
  portal.closeAllConnections();
  portal.close();
  await zcbot.close();
  expect(zcbot.faults).toEqual([]);
});

interface Ask {
  method?: string;
  cookie?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** A request as the portal's own page makes it. */
function ask(path: string, { method = 'GET', cookie = '', headers = {}, body }: Ask = {}) {
  return fetch(`${origin}${path}`, {
    method,
    body,
    redirect: 'manual',
    headers: { cookie, ...(method === 'POST' ? { origin } : {}), ...headers },
  });
}

async function signIn(user: string, cookie = ''): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await ask('/login', { method: 'POST', cookie, headers, body: `user=${user}` });
  expect(response.status).toBe(303);
  return response.headers.getSetCookie()[0]!.split(';')[0]!;
}

it('gives no token to anybody who is not signed in, and does not even ask zcbot', async () => {
  for (const cookie of ['', 'portal_session=', 'portal_session=guessed']) {
    const response = await ask('/api/zcbot-token', { method: 'POST', cookie });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: 'not_signed_in' });
  }
  expect(zcbot.calls).toEqual([]);
});

it('keeps every route but the login page from anonymous visitors', async () => {
  const answers = await Promise.all([
    ask('/'),
    ask('/api/zcbot-token', { method: 'POST' }),
    ask('/api/zcbot-revoke', { method: 'POST' }),
    ask('/api/zcbot-status'),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([303, 401, 401, 401]);
  expect(answers[0]!.headers.get('location')).toBe('/login');
  expect((await ask('/login')).status).toBe(200);
});

it('gives each employee a token for the zcbot user that the platform has mapped', async () => {
  const expected = { a: userA, b: userB };
  for (const [user, userId] of Object.entries(expected)) {
    const cookie = await signIn(user);
    const headers = { 'accept-language': 'en-GB' };
    const response = await ask('/api/zcbot-token', { method: 'POST', cookie, headers });
    const answer = await response.json();
    expect(Object.keys(answer)).toEqual(['token', 'user_id', 'user_name']);
    expect(answer).toMatchObject({ user_id: userId, user_name: `User ${user.toUpperCase()}` });
    expect(response.headers.get('cache-control')).toBe('no-store');
  }
  expect(zcbot.calls.map((call) => call.userId)).toEqual([userA, userB]);
});

it('refuses a POST that does not come from its own page', async () => {
  const cookie = await signIn('a');
  const { port } = new URL(origin);
  const foreign = [
    'http://127.0.0.1:9',
    `http://localhost:${port}`,
    `https://127.0.0.1:${port}`,
    'https://evil.example',
    'null',
  ];
  for (const path of ['/login', '/logout', '/api/zcbot-token', '/api/zcbot-revoke']) {
    for (const sender of foreign) {
      const response = await ask(path, { method: 'POST', cookie, headers: { origin: sender } });
      expect([path, sender, response.status]).toEqual([path, sender, 403]);
    }
  }
  expect(zcbot.calls).toEqual([]);
  expect((await ask('/', { cookie })).status).toBe(200);
});

it('answers a program, which sends no Origin, by its session alone', async () => {
  const token = (cookie = '') =>
    fetch(`${origin}/api/zcbot-token`, { method: 'POST', headers: { cookie } });
  expect((await token()).status).toBe(401);
  expect((await token(await signIn('a'))).status).toBe(200);
});

it('answers under loopback names only', async () => {
  for (const [host, status] of [
    ['portal.example.com', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost', 303],
    ['app.localhost:3000', 303],
    ['127.0.0.1:3000', 303],
  ] as const) {
    expect([host, await statusUnderHost(host)]).toEqual([host, status]);
  }
});

it('begins a new session at every sign-in, unreadable to scripts, and ends the old one', async () => {
  const first = await signIn('a');
  const second = await signIn('b', first);
  expect(second).not.toBe(first);
  expect((await ask('/', { cookie: first })).status).toBe(303);
  expect((await ask('/', { cookie: second })).status).toBe(200);

  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await ask('/login', { method: 'POST', headers, body: 'user=a' });
  const attributes = response.headers.getSetCookie()[0]!;
  expect(attributes).toMatch(
    /^portal_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=/,
  );
});

it('refuses an unknown employee', async () => {
  for (const body of ['', 'user=c', 'user=__proto__', `user=${'a'.repeat(5000)}`]) {
    expect((await ask('/login', { method: 'POST', body })).status).toBe(400);
  }
});

it('revokes at zcbot on sign-out, and its own session is gone', async () => {
  const cookie = await signIn('a');
  const response = await ask('/logout', { method: 'POST', cookie });
  expect(response.headers.get('location')).toBe('/login?signed_out=revoked');
  expect(zcbot.calls).toEqual([{ path: '/v1/auth/revoke', userId: userA, userName: undefined }]);
  expect((await ask('/api/zcbot-token', { method: 'POST', cookie })).status).toBe(401);
});

it('signs out even when zcbot cannot be told, and says so', async () => {
  const cookie = await signIn('a');
  zcbot.answer = (_request, response) => response.destroy();
  const response = await ask('/logout', { method: 'POST', cookie });
  expect(response.headers.get('location')).toBe('/login?signed_out=unreachable');
  expect((await ask('/', { cookie })).status).toBe(303);
  const page = await (await ask('/login?signed_out=unreachable')).text();
  expect(page).toContain('could not be told to revoke');
});

it('revokes without signing out when asked to', async () => {
  const cookie = await signIn('b');
  expect((await ask('/api/zcbot-revoke', { method: 'POST', cookie })).status).toBe(204);
  expect(zcbot.calls.map((call) => [call.path, call.userId])).toEqual([['/v1/auth/revoke', userB]]);
  expect((await ask('/api/zcbot-token', { method: 'POST', cookie })).status).toBe(200);
});

const SICK_ANSWERS: [string, FakeZcbot['answer'], RegExp][] = [
  ['unreachable', (_request, response) => response.destroy(), /cannot be reached/],
  ['timeout', () => {}, /did not answer in 300 ms/],
  ['timeout', (_request, response) => response.writeHead(200).write('{'), /did not answer/],
  ['refused', (_request, response) => response.writeHead(400).end('{}'), /answered 400/],
  ['refused', (_request, response) => response.writeHead(503).end('<html>'), /answered 503/],
  ['unexpected_answer', (_request, response) => response.end('<html>'), /JSON/],
  ['unexpected_answer', (_request, response) => response.end('null'), /JSON/],
  ['unexpected_answer', (_request, response) => response.end('{}'), /something else/],
  [
    'unexpected_answer',
    (_request, response) => response.end(JSON.stringify({ token: 'a.b.c', user_id: userB })),
    /something else/,
  ],
];

it.each(SICK_ANSWERS)(
  'answers 502 %s with the reason when zcbot is sick',
  async (code, answer, reason) => {
    const cookie = await signIn('a');
    zcbot.answer = answer;
    const response = await ask('/api/zcbot-token', { method: 'POST', cookie });
    expect(response.status).toBe(502);
    const body = await response.json();
    expect(body.error).toBe(code);
    expect(body.message).toMatch(reason);
    expect(log.join()).toMatch(reason);
  },
);

it('answers 502 when nothing listens at zcbot’s address', async () => {
  const cookie = await signIn('a');
  await zcbot.close();
  const response = await ask('/api/zcbot-token', { method: 'POST', cookie });
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ error: 'unreachable' });
  zcbot = await startFakeZcbot();
});

it('says that the platform key is wrong without showing it', async () => {
  portal.close();
  await startPortal('another-key-that-zcbot-does-not-know');
  const cookie = await signIn('a');
  const response = await ask('/api/zcbot-token', { method: 'POST', cookie });
  const text = await response.text();
  expect(response.status).toBe(502);
  expect(JSON.parse(text)).toMatchObject({ error: 'platform_key_refused' });
  expect(text + log.join()).not.toContain('another-key');
});

it('never follows a redirect with the platform key', async () => {
  const thief = await startFakeZcbot();
  try {
    zcbot.answer = (_request, response) =>
      response.writeHead(307, { location: `${thief.origin}/v1/auth/login` }).end();
    const cookie = await signIn('a');
    expect((await ask('/api/zcbot-token', { method: 'POST', cookie })).status).toBe(502);
    expect(thief.calls).toEqual([]);
  } finally {
    await thief.close();
  }
});

it('shows the platform key nowhere: not in a page, a file, an answer, a header or the log', async () => {
  const cookie = await signIn('a');
  const page = await (await ask('/', { cookie })).text();
  const files = [...page.matchAll(/(?:src|href)="(\/[\w.-]+)"/g)].map((match) => match[1]!);
  expect(files).toContain('/zcbot-embed.js');
  const answers = await Promise.all([
    ...[...files, '/', '/login', '/nothing', '/api/zcbot-status'].map((path) =>
      ask(path, { cookie }),
    ),
    ask('/api/zcbot-token', { method: 'POST', cookie }),
    ask('/logout', { method: 'POST', cookie }),
  ]);
  for (const answer of answers) {
    const everything = JSON.stringify([...answer.headers]) + (await answer.text());
    expect(everything).not.toContain(PLATFORM_KEY);
  }
  expect(log.join()).not.toContain(PLATFORM_KEY);
});

it('opens the frame with its own origin, under whichever loopback name it was opened', async () => {
  const cookie = await signIn('a');
  const task = 'b0000000-0000-4000-8000-00000000000f';
  const query = `?task_id=${task}&theme=dark&lang=en`;
  const page = await (await ask(`/${query}`, { cookie })).text();
  const frame = new URL(frameSource(page));
  expect(frame.origin + frame.pathname).toBe(`${zcbot.origin}/static/dev.html`);
  expect(Object.fromEntries(frame.searchParams)).toEqual({
    embed: '1',
    parent_origin: origin,
    task_id: task,
    theme: 'dark',
    lang: 'en',
  });
});

it('escapes what a visitor puts in the address', async () => {
  const cookie = await signIn('a');
  const attack = `"><script>alert(1)</script>`;
  const page = await (await ask(`/?task_id=${encodeURIComponent(attack)}`, { cookie })).text();
  expect(page).not.toContain('<script>alert');
  expect(page).toContain('embed=1&#38;parent_origin=');
  expect(new URL(frameSource(page)).searchParams.get('task_id')).toBe(attack);
});

it('has no inline script or style, and allows none', async () => {
  const cookie = await signIn('a');
  for (const path of ['/', '/login']) {
    const response = await ask(path, { cookie: path === '/' ? cookie : '' });
    const page = await response.text();
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/);
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain(`frame-src ${zcbot.origin};`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  }
});

it('speaks the language of the browser until its visitor chooses another', async () => {
  const chinese = { 'accept-language': 'zh-CN,zh;q=0.9' };
  const languageOf = async (headers: Record<string, string>, cookie = '') =>
    /<html lang="([^"]+)"/.exec(await (await ask('/login', { headers, cookie })).text())?.[1];
  expect(await languageOf(chinese)).toBe('zh-CN');
  expect(await languageOf({ 'accept-language': 'de' })).toBe('en');
  expect(await languageOf(chinese, 'portal_language=en')).toBe('en');
  expect(await languageOf(chinese, 'portal_language=constructor')).toBe('zh-CN');
});

function frameSource(page: string): string {
  const source = /<iframe[^>]*\ssrc="([^"]+)"/.exec(page)![1]!;
  return source.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

/** `fetch` does not let a caller choose the Host header. */
async function statusUnderHost(host: string): Promise<number> {
  const { get } = await import('node:http');
  const request = get(`${origin}/`, { headers: { host } });
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode;
}
