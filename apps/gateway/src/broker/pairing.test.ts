/** Who gets the script and its code, and whose session a paired install has. */
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

const SCRIPT = 'const settings = /*zcbot:settings*/ {} /*zcbot:settings:end*/;\n';
const NAME = 'session_m8x3k2a1_4f0c9be1d27a';

let simulator: CozeSimulator;
let folder: string;
let gateway: RunningGateway;

beforeAll(async () => {
  simulator = await startCozeSimulator({ charactersPerSecond: Infinity });
});
afterAll(() => simulator.stop());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zcbot-pairing-'));
  const config = join(folder, 'coze_oauth_config.json');
  await writeFile(config, JSON.stringify(simulator.oauthConfig), { mode: 0o600 });
  await writeFile(join(folder, 'coze-chat.user.js'), SCRIPT);
  simulator.control.forget();
  gateway = await start();
});
afterEach(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true });
});

/** @param host LOCALHOST, in capitals, is not taken for loopback; nothing is open to others. */
function start(host = '127.0.0.1'): Promise<RunningGateway> {
  const settings = parseSettings(gatewaySettings, {
    COZE_PROXY_PORT: '0',
    COZE_AUTH_PORT: '0',
    COZE_GATEWAY_HOST: host,
    COZE_API_BASE: simulator.url,
    ZCBOT_DATA_DIR: join(folder, 'data'),
  });
  return startGateway({ settings, root: folder, version: '0.0.0', userscriptDirectory: folder });
}

async function get(path: string, headers: Record<string, string> = {}) {
  const url = new URL(path, gateway.brokerUrl);
  const request = httpRequest(url, { headers }).end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: Buffer.concat(await answer.toArray()).toString(),
  };
}

async function servedCode(): Promise<string> {
  const { text } = await get('/coze-chat.user.js');
  return /"pairingCode":"([\w-]{22})"/.exec(text)![1]!;
}

function pair(code: string, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify({ code });
  return fetch(`${gateway.brokerUrl}/pair`, { method: 'POST', body, headers });
}

async function newKey(): Promise<string> {
  return ((await (await pair(await servedCode())).json()) as { key: string }).key;
}

function ask(key?: string) {
  return get(`/callback?session_name=${NAME}`, {
    Accept: 'application/json',
    ...(key === undefined ? {} : { 'X-Zcbot-Pairing': key }),
  });
}

const sessionsAtCoze = () =>
  simulator.control
    .requests()
    .filter(({ path }) => path.startsWith('/api/permission/oauth2/token'))
    .map(({ sessionName }) => sessionName);

const fetched = (site: string, mode: string, dest: string) => ({
  'Sec-Fetch-Site': site,
  'Sec-Fetch-Mode': mode,
  'Sec-Fetch-Dest': dest,
});

test.each([
  ['a person who opens it', fetched('none', 'navigate', 'document'), 200],
  ['a link of the docs', fetched('cross-site', 'navigate', 'document'), 200],
  ['a manager’s background', fetched('none', 'cors', 'empty'), 200],
  ['a manager without the headers', {}, 200],
  ['a page’s script element', fetched('cross-site', 'no-cors', 'script'), 403],
  ['a script element on this machine', fetched('same-site', 'no-cors', 'script'), 403],
  ['a style element', fetched('cross-site', 'no-cors', 'style'), 403],
  ['an image', fetched('cross-site', 'no-cors', 'image'), 403],
  ['a frame', fetched('cross-site', 'navigate', 'iframe'), 403],
  ['an object element', fetched('cross-site', 'navigate', 'object'), 403],
  ['a worker', fetched('cross-site', 'same-origin', 'worker'), 403],
  ['an opaque fetch', fetched('cross-site', 'no-cors', 'empty'), 403],
  ['an allowed page', { Origin: 'https://www.coze.cn' }, 403],
])('the script for %s', async (_who, headers, status) => {
  const answer = await get('/coze-chat.user.js', headers);
  expect(answer.status).toBe(status);
  expect(answer.text.includes('pairingCode')).toBe(status === 200);
  expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
});

test('a code works once', async () => {
  const code = await servedCode();
  expect((await pair(code)).status).toBe(200);
  expect((await pair(code)).status).toBe(401);
});

test('of a hundred who redeem one code at once, one gets a key', async () => {
  const code = await servedCode();
  const answers = await Promise.all(Array.from({ length: 100 }, () => pair(code)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('no page redeems a code, not even an allowed one', async () => {
  const code = await servedCode();
  expect((await pair(code, { Origin: 'https://www.coze.cn' })).status).toBe(403);
  expect((await pair(code)).status).toBe(200);
});

test('one name is another session for each install, and for this machine', async () => {
  const keys = [await newKey(), await newKey(), undefined];
  for (const key of keys) expect((await ask(key)).status).toBe(200);
  expect(new Set(sessionsAtCoze()).size).toBe(3);
});

test('a key lasts over a restart, and only its hash is on disk', async () => {
  const key = await newKey();
  await ask(key);
  await gateway.stop();
  gateway = await start();
  expect((await ask(key)).status).toBe(200);
  expect(new Set(sessionsAtCoze()).size).toBe(1);
  expect(await readFile(join(folder, 'data', 'coze-installs.json'), 'utf8')).not.toContain(key);
});

test('off loopback nobody gets anything without a key', async () => {
  const key = await newKey();
  await gateway.stop();
  gateway = await start('LOCALHOST');
  expect((await ask()).status).toBe(401);
  expect((await ask('made-up')).status).toBe(401);
  expect((await ask(key)).status).toBe(200);
  const coze = (headers: Record<string, string>) =>
    fetch(`${gateway.proxyUrl}/coze/v1/users/me`, {
      headers: { 'X-Session-Name': NAME, ...headers },
    });
  expect((await coze({})).status).toBe(401);
  expect((await coze({ 'X-Zcbot-Pairing': key })).status).toBe(200);
});
