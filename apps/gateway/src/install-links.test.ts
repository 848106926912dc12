/** How people on other machines get the userscript, on a gateway that is not on loopback. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseSettings } from '@zcbot/config';
import { gatewaySettings } from './config/settings.ts';
import { createInstallLinks, makeInstallUrls } from './install-links.ts';
import { startGateway, type RunningGateway } from './main.ts';

const SCRIPT = `// ==UserScript==
// @connect            127.0.0.1
// @updateURL          http://127.0.0.1:8081/coze-chat.user.js
// ==/UserScript==
const settings = /*zcbot:settings*/ {} /*zcbot:settings:end*/;
`;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let folder: string;
let gateway: RunningGateway | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zcbot-links-'));
  await writeFile(join(folder, 'coze-chat.user.js'), SCRIPT);
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await rm(folder, { recursive: true });
});

/** In capitals it is not taken for loopback, so that no test has to listen where others can call. */
async function startForOthers() {
  const settings = parseSettings(gatewaySettings, {
    COZE_PROXY_PORT: '0',
    COZE_AUTH_PORT: '0',
    COZE_GATEWAY_HOST: 'LOCALHOST',
    ZCBOT_DATA_DIR: folder,
  });
  gateway = await startGateway({
    settings,
    root: folder,
    version: '0.0.0',
    userscriptDirectory: folder,
  });
  const port = (url: string | undefined): string => new URL(url!).port;
  return { settings, broker: port(gateway.brokerUrl), proxy: port(gateway.proxyUrl) };
}

async function get(port: string, path: string, host: string) {
  const request = httpRequest({ port, path, headers: { Host: `${host}:${port}` } }).end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, text: Buffer.concat(await answer.toArray()).toString() };
}

test('without a link there is no script, with one it leads back to the address it came from', async () => {
  const { broker, proxy } = await startForOthers();
  expect((await get(broker, '/coze-chat.user.js', '127.0.0.1')).status).toBe(401);
  const path = `/coze-chat.user.js?link=${createInstallLinks(folder).make()}`;
  const { status, text } = await get(broker, path, '127.0.0.1');
  expect(status).toBe(200);
  expect(text).toContain(`"brokerUrl":"http://127.0.0.1:${broker}"`);
  expect(text).toContain(`"proxyUrl":"http://127.0.0.1:${proxy}"`);
  expect(text).toContain(`@updateURL          http://127.0.0.1:${broker}/coze-chat.user.js`);
  expect(text).not.toMatch(/localhost/i);
});

test('the script may call the address that it came from', async () => {
  const { broker } = await startForOthers();
  const path = `/coze-chat.user.js?link=${createInstallLinks(folder).make()}`;
  const { text } = await get(broker, path, 'localhost');
  expect(text).toMatch(/^\/\/ @connect {12}127\.0\.0\.1\n\/\/ @connect {12}localhost$/m);
});

test('a link lasts a day, and a minute once it is used', () => {
  let now = 0;
  const links = createInstallLinks(folder, () => now);
  const [one, other] = [links.make(), links.make()];
  expect(links.take('made-up')).toBe(false);
  expect(links.take(one)).toBe(true);
  now = MINUTE_MS - 1;
  expect(links.take(one)).toBe(true);
  now = MINUTE_MS;
  expect(links.take(one)).toBe(false);
  now = DAY_MS - 1;
  expect(links.take(other)).toBe(true);
  now = DAY_MS;
  expect(links.take(other)).toBe(false);
});

test('the file holds no link', async () => {
  const link = createInstallLinks(folder).make();
  expect(await readFile(join(folder, 'coze-install-links.json'), 'utf8')).not.toContain(link);
});

test.each([
  ['127.0.0.1', []],
  ['localhost', []],
  ['::1', []],
  ['gateway.example', ['http://gateway.example:8081']],
  ['192.168.7.7', ['http://192.168.7.7:8081']],
  ['fd00::7', ['http://[fd00::7]:8081']],
])('addresses of a gateway on %s', (host, origins) => {
  const urls = makeInstallUrls({ host, authPort: 8081, dataDirectory: folder });
  expect(urls.map((url) => new URL(url).origin)).toEqual(origins);
  for (const url of urls) expect(url).toMatch(/\/coze-chat\.user\.js\?link=[\w-]{22}$/);
});
