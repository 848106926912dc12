/** What callers hear when Coze refuses, asks for patience, or the record cannot be written. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseSettings } from '@zcbot/config';
import { startCozeSimulator, type CozeSimulator } from '@zcbot/coze-simulator';
import { gatewaySettings } from '../config/settings.ts';
import { startGateway, type RunningGateway } from '../main.ts';

const TOKEN_PATH = '/api/permission/oauth2/token';

let simulator: CozeSimulator;
let folder: string;
let gateway: RunningGateway;

beforeAll(async () => {
  simulator = await startCozeSimulator({ charactersPerSecond: Infinity });
});
afterAll(() => simulator.stop());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zcbot-failures-'));
  const config = join(folder, 'coze_oauth_config.json');
  await writeFile(config, JSON.stringify(simulator.oauthConfig), { mode: 0o600 });
  simulator.control.forget();
  gateway = await startGateway({
    settings: parseSettings(gatewaySettings, {
      COZE_PROXY_PORT: '0',
      COZE_AUTH_PORT: '0',
      COZE_API_BASE: simulator.url,
      ZCBOT_DATA_DIR: join(folder, 'data'),
    }),
    root: folder,
    version: '0.0.0',
  });
});
afterEach(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true });
});

/** The broker’s answer, and the one of `/coze/…`. */
const asking = {
  broker: () =>
    fetch(`${gateway.brokerUrl}/callback?session_name=somebody`, {
      headers: { Accept: 'application/json' },
    }),
  proxy: () =>
    fetch(`${gateway.proxyUrl}/coze/v1/users/me`, { headers: { 'X-Session-Name': 'somebody' } }),
};

const exchanges = () =>
  simulator.control.requests().filter(({ path }) => path === TOKEN_PATH).length;

test.each([
  ['broker', 429, 'rate_limited'],
  ['proxy', 502, 'token_failed'],
] as const)('Coze’s wish for patience reaches callers of the %s', async (part, status, code) => {
  simulator.control.fail({ path: TOKEN_PATH, status: 429, code: 4013, retryAfterSeconds: 120 });
  const first = await asking[part]();
  expect([first.status, ((await first.json()) as { code: string }).code]).toEqual([status, code]);
  expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(60);
  // Until then nobody asks Coze again.
  const second = await asking[part]();
  expect(second.status).toBe(status);
  expect(exchanges()).toBe(1);
});

test('a short trouble of Coze is not seen at all', async () => {
  simulator.control.fail({ path: TOKEN_PATH, status: 503 });
  expect((await asking.broker()).status).toBe(200);
  expect(exchanges()).toBe(2);
});

test.each([
  ['broker', 'invalid_client'],
  ['proxy', 'token_failed'],
] as const)('a refused app is said by the %s, with what to do', async (part, code) => {
  simulator.control.fail({ path: TOKEN_PATH, status: 401, code: 'invalid_client', times: 2 });
  const answer = await asking[part]();
  expect(answer.status).toBe(502);
  const text = await answer.text();
  expect(JSON.parse(text)).toMatchObject({ code });
  expect(text).toContain('public_key_id');
  expect(text).not.toMatch(/eyJ|PRIVATE KEY/);
});

test.each(['broker', 'proxy'] as const)(
  'without a record no token leaves by the %s',
  async (part) => {
    // Nothing can be appended to a folder.
    await mkdir(join(folder, 'data', 'coze-audit.log'));
    const answer = await asking[part]();
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(await answer.text()).not.toMatch(/czs_|simulator/);
    expect(simulator.control.requests().map(({ path }) => path)).toEqual([TOKEN_PATH]);
  },
);
