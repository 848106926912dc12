/** The broker as its callers see it: the predecessor's calls, and what none of them may do. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseSettings } from '@zcbot/config';
import { startCozeSimulator, type CozeSimulator } from '@zcbot/coze-simulator';
import { gatewaySettings } from '../config/settings.ts';
import { startGateway, type RunningGateway } from '../main.ts';

const AS_PREDECESSOR = { 'X-Requested-With': 'XMLHttpRequest', Accept: 'application/json' };

let simulator: CozeSimulator;
let folder: string;
let gateway: RunningGateway;

beforeAll(async () => {
  simulator = await startCozeSimulator({ charactersPerSecond: Infinity });
});
afterAll(() => simulator.stop());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zcbot-gateway-'));
  await writeFile(join(folder, 'coze_oauth_config.json'), JSON.stringify(simulator.oauthConfig), {
    mode: 0o600,
  });
  simulator.control.forget();
  gateway = await start();
});
afterEach(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true });
});

function start(environment: Record<string, string> = {}): Promise<RunningGateway> {
  const settings = parseSettings(gatewaySettings, {
    COZE_PROXY_PORT: '0',
    COZE_AUTH_PORT: '0',
    COZE_API_BASE: simulator.url,
    ZCBOT_DATA_DIR: join(folder, 'data'),
    ...environment,
  });
  return startGateway({ settings, root: folder, version: '0.0.0' });
}

async function restart(environment: Record<string, string>): Promise<void> {
  await gateway.stop();
  gateway = await start(environment);
}

interface Token {
  token_type: string;
  access_token: string;
  refresh_token: string;
  expires_in: string;
  session_name?: string;
  expires_at: number;
  ttl_seconds: number;
  code?: string;
}

async function ask(path: string, headers: Record<string, string> = AS_PREDECESSOR) {
  const answer = await fetch(gateway.brokerUrl + path, { headers });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Token };
}

const exchanges = () =>
  simulator.control
    .requests()
    .filter(({ path }) => path.startsWith('/api/permission/oauth2/token'));

test('the predecessor’s call gets the predecessor’s answer, and numbers besides', async () => {
  const { status, body } = await ask('/callback?session_name=session_abc_0123456789abcdef');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    token_type: 'Bearer',
    refresh_token: '',
    session_name: 'session_abc_0123456789abcdef',
  });
  expect(body.access_token).not.toBe('');
  expect(body.expires_in).toMatch(/^\d{10} \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)$/);
  expect(body.expires_at).toBe(Number(body.expires_in.slice(0, 10)));
  expect(body.ttl_seconds).toBeGreaterThan(60);
});

test('the name may come as a header, and the query wins', async () => {
  const header = { ...AS_PREDECESSOR, 'X-Session-Name': 'from-the-header' };
  expect((await ask('/callback', header)).body.session_name).toBe('from-the-header');
  expect((await ask('/callback?session_name=from-the-query', header)).body.session_name).toBe(
    'from-the-query',
  );
});

test('two names never share a token, and Coze never hears the names', async () => {
  const [first, second] = await Promise.all([
    ask('/callback?session_name=a'),
    ask('/callback?session_name=b'),
  ]);
  expect(first.body.access_token).not.toBe(second.body.access_token);
  const told = exchanges().map(({ sessionName }) => sessionName);
  expect(new Set(told).size).toBe(2);
  for (const name of told) expect(name).toMatch(/^[\w-]{43}$/);
});

test('a thousand asks for one name at once cost one exchange', async () => {
  const answers = await Promise.all(
    Array.from({ length: 1000 }, () => ask('/callback?session_name=crowd')),
  );
  expect(new Set(answers.map(({ body }) => body.access_token)).size).toBe(1);
  expect(exchanges()).toHaveLength(1);
});

test('the same name means the same session after a restart', async () => {
  await ask('/callback?session_name=kept');
  await restart({});
  await ask('/callback?session_name=kept');
  const told = exchanges().map(({ sessionName }) => sessionName);
  expect(told).toHaveLength(2);
  expect(told[0]).toBe(told[1]);
});

test('without a name JSON callers get a 400 and people a form', async () => {
  expect(await ask('/callback')).toMatchObject({
    status: 400,
    body: { code: 'session_name_required' },
  });
  const page = await fetch(`${gateway.brokerUrl}/callback`, { headers: { Accept: 'text/html' } });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('name="session_name"');
});

test('in raw mode Coze hears the name itself, and a shared session without one', async () => {
  await restart({ COZE_SESSION_NAMES: 'raw' });
  await ask('/callback?session_name=old-history');
  expect((await ask('/callback')).status).toBe(200);
  expect(exchanges().map(({ sessionName }) => sessionName)).toEqual(['old-history', null]);
});

test('nor does the start page tell other programs the names, which are keys there', async () => {
  await restart({ COZE_SESSION_NAMES: 'raw' });
  const name = 'old-name';
  expect((await ask(`/callback?session_name=${name}`)).status).toBe(200);
  for (const accept of ['text/html', 'application/json']) {
    const page = await fetch(gateway.brokerUrl!, { headers: { Accept: accept } });
    expect(await page.text()).not.toContain(name.slice(0, 4));
  }
});

test('a page never shows the token', async () => {
  const { body } = await ask('/callback?session_name=person');
  for (const path of ['/callback?session_name=person', '/']) {
    const page = await (
      await fetch(gateway.brokerUrl + path, { headers: { Accept: 'text/html' } })
    ).text();
    expect(page).not.toContain(body.access_token);
  }
});

test('a token that Coze refuses is replaced when its hash is named', async () => {
  const first = await ask('/callback?session_name=revoked');
  const again = await ask('/callback?session_name=revoked');
  expect(again.body.access_token).toBe(first.body.access_token);
  const hash = createHash('sha256').update(first.body.access_token).digest('hex');
  const { status, body } = await ask('/callback?session_name=revoked', {
    ...AS_PREDECESSOR,
    'X-Zcbot-Refused-Token': hash,
  });
  expect(status).toBe(200);
  expect(body.access_token).not.toBe(first.body.access_token);
});

test('the record of a token is on disk, without the token', async () => {
  const { body } = await ask('/callback?session_name=recorded');
  const log = await readFile(join(folder, 'data', 'coze-audit.log'), 'utf8');
  expect(JSON.parse(log)).toMatchObject({
    event: 'token_issued',
    to: 'broker',
    caller: 'loopback',
    expires_at: body.expires_at,
  });
  expect(log).not.toContain(body.access_token);
  expect(log).not.toContain('recorded');
});

test('a personal access token is not handed out', async () => {
  await rm(join(folder, 'coze_oauth_config.json'));
  await restart({ COZE_PAT: simulator.pat });
  const { status, body } = await ask('/callback?session_name=x');
  expect([status, body.code]).toEqual([409, 'pat_not_handed_out']);
  expect(JSON.stringify(body)).not.toContain(simulator.pat);
  const me = await fetch(`${gateway.proxyUrl}/coze/v1/users/me`, {
    headers: { 'X-Session-Name': 'x' },
  });
  expect(me.status).toBe(200);
});

test('/login leads to /callback', async () => {
  const answer = await fetch(`${gateway.brokerUrl}/login?session_name=a`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([
    302,
    '/callback?session_name=a',
  ]);
});

test.each(['https://evil.example', 'null', 'https://www.coze.cn.evil.example'])(
  'pages of %s get nothing',
  async (origin) => {
    const { status, headers, body } = await ask('/callback?session_name=a', {
      ...AS_PREDECESSOR,
      Origin: origin,
    });
    expect(status).toBe(403);
    expect(headers.has('access-control-allow-origin')).toBe(false);
    expect(body).not.toHaveProperty('access_token');
    expect(exchanges()).toHaveLength(0);
  },
);

const EXTENSION_ORIGINS = [
  'chrome-extension://dhdgffkkebhmkfjojejmpbldmpobfkfo',
  'moz-extension://8a1f9a8e-6a0c-4c53-9d2b-0f5a6f1f3c11',
  'safari-web-extension://E5B1C2D3-0000-4000-8000-000000000001',
];
test.each(EXTENSION_ORIGINS)('a script manager at %s gets a token and no CORS', async (origin) => {
  const asked = { ...AS_PREDECESSOR, Origin: origin };
  const { status, headers } = await ask('/callback?session_name=a', asked);
  expect(status).toBe(200);
  expect(headers.has('access-control-allow-origin')).toBe(false);
});

/** With exactly these headers; fetch would add its own Sec-Fetch-Mode. */
async function statusOf(path: string, headers: Record<string, string>): Promise<number> {
  const request = httpRequest(gateway.brokerUrl + path, { headers }).end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode!;
}

const fetchMetadata = (site: string, mode: string, dest: string) => ({
  'Sec-Fetch-Site': site,
  'Sec-Fetch-Mode': mode,
  'Sec-Fetch-Dest': dest,
});

test.each([
  ['image', fetchMetadata('cross-site', 'no-cors', 'image')],
  ['image of a page on this machine', fetchMetadata('same-site', 'no-cors', 'image')],
  ['script', fetchMetadata('cross-site', 'no-cors', 'script')],
  ['style', fetchMetadata('cross-site', 'no-cors', 'style')],
  ['frame', fetchMetadata('cross-site', 'navigate', 'iframe')],
  ['fetch that wants no answer', fetchMetadata('cross-site', 'no-cors', 'empty')],
  ['link or pop-up', fetchMetadata('cross-site', 'navigate', 'document')],
  ['request of unknown kind', { 'Sec-Fetch-Site': 'cross-site' }],
])('another site’s %s costs no exchange', async (_what, headers) => {
  for (const accept of ['*/*', 'text/html', 'application/json']) {
    const asked = { ...headers, Accept: accept };
    expect(await statusOf('/callback?session_name=a', asked)).toBe(403);
  }
  expect(exchanges()).toHaveLength(0);
});

test.each([
  ['the predecessor’s programs', {}],
  ['a manager whose background is none’s', fetchMetadata('none', 'cors', 'empty')],
  ['a manager with the right to this host', fetchMetadata('same-origin', 'cors', 'empty')],
  ['a manager counted as another site', fetchMetadata('cross-site', 'cors', 'empty')],
  [
    'a manager that names its extension',
    {
      ...fetchMetadata('cross-site', 'cors', 'empty'),
      Origin: 'chrome-extension://dhdgffkkebhmkfjojejmpbldmpobfkfo',
    },
  ],
  ['an address typed in', fetchMetadata('none', 'navigate', 'document')],
  ['the form of the gateway itself', fetchMetadata('same-origin', 'navigate', 'document')],
])('%s get an answer', async (_who, headers) => {
  const asked = { ...AS_PREDECESSOR, ...headers };
  expect(await statusOf('/callback?session_name=a', asked)).toBe(200);
});

test('links of other sites still lead to the start page, the chat and the userscript', async () => {
  const link = fetchMetadata('cross-site', 'navigate', 'document');
  for (const path of ['/', '/chat', '/healthz']) expect(await statusOf(path, link)).toBe(200);
});

test('pages of Coze get their token with credentials', async () => {
  const { headers } = await ask('/callback?session_name=a', {
    ...AS_PREDECESSOR,
    Origin: 'https://www.coze.cn',
  });
  expect(headers.get('access-control-allow-origin')).toBe('https://www.coze.cn');
  expect(headers.get('access-control-allow-credentials')).toBe('true');
});

test('under a foreign name the broker does not answer (DNS rebinding)', async () => {
  const request = httpRequest(`${gateway.brokerUrl}/callback?session_name=a`, {
    headers: { Host: 'evil.example', ...AS_PREDECESSOR },
  }).end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(421);
});

test('an unknown pairing key and an unknown code are refused', async () => {
  const { status } = await ask('/callback?session_name=a', {
    ...AS_PREDECESSOR,
    'X-Zcbot-Pairing': 'made-up',
  });
  expect(status).toBe(401);
  const pair = await fetch(`${gateway.brokerUrl}/pair`, {
    method: 'POST',
    body: '{"code":"made-up"}',
  });
  expect(pair.status).toBe(401);
});
