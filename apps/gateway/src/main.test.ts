/** The gateway's two halves, each started alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseSettings } from '@zcbot/config';
import { startCozeSimulator, type CozeSimulator } from '@zcbot/coze-simulator';
import { gatewaySettings } from './config/settings.ts';
import { startGateway, type RunningGateway } from './main.ts';

let simulator: CozeSimulator;
let folder: string;
let gateway: RunningGateway | undefined;

beforeAll(async () => {
  simulator = await startCozeSimulator({ charactersPerSecond: Infinity });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zcbot-halves-'));
  simulator.control.forget();
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await rm(folder, { recursive: true });
});

async function start(parts?: { proxy: boolean; broker: boolean }, configured = true) {
  const config = join(folder, 'coze_oauth_config.json');
  if (configured) await writeFile(config, JSON.stringify(simulator.oauthConfig), { mode: 0o600 });
  const settings = parseSettings(gatewaySettings, {
    COZE_PROXY_PORT: '0',
    COZE_AUTH_PORT: '0',
    COZE_API_BASE: simulator.url,
    ZCBOT_DATA_DIR: join(folder, 'data'),
  });
  const only = parts ? { parts } : {};
  gateway = await startGateway({ settings, root: folder, version: '0.0.0', ...only });
  return gateway;
}

const viaProxy = ({ proxyUrl }: RunningGateway) =>
  fetch(`${proxyUrl}/coze/v1/users/me`, { headers: { 'X-Session-Name': 'somebody' } });
const viaBroker = ({ brokerUrl }: RunningGateway) =>
  fetch(`${brokerUrl}/callback?session_name=somebody`, { headers: { Accept: 'application/json' } });
const sessions = () =>
  simulator.control
    .requests()
    .filter(({ path }) => path.includes('/oauth2/'))
    .map(({ sessionName }) => sessionName);

test('the proxy alone attaches tokens by the same configuration', async () => {
  const proxy = await start({ proxy: true, broker: false });
  expect(proxy.brokerUrl).toBeUndefined();
  expect((await viaProxy(proxy)).status).toBe(200);
});

test('a name is one session, whichever part asks, together or alone', async () => {
  await viaProxy(await start({ proxy: true, broker: false }));
  await gateway!.stop();
  const broker = await start({ proxy: false, broker: true });
  expect(broker.proxyUrl).toBeUndefined();
  expect((await viaBroker(broker)).status).toBe(200);
  await gateway!.stop();
  const both = await start();
  expect((await viaProxy(both)).status).toBe(200);
  expect((await viaBroker(both)).status).toBe(200);
  expect(sessions()).toHaveLength(3);
  expect(new Set(sessions()).size).toBe(1);
});

test('with no credentials both start and say what is missing', async () => {
  const bare = await start(undefined, false);
  expect((await fetch(bare.brokerUrl!)).status).toBe(200);
  for (const ask of [viaProxy, viaBroker]) {
    const answer = await ask(bare);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('COZE_OAUTH_CONFIG');
  }
});
