import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { zcbot, type ZcbotProcess } from '../testing/zcbot-process.ts';

// Each starts several real programs, beside whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let running: ZcbotProcess[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'zcbot-start-'));
  running = [];
});
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

function start(environment: Record<string, string> = {}): ZcbotProcess {
  const started = zcbot(['start'], {
    environment: {
      ZCBOT_PORT: '0',
      ZCBOT_PORTAL_PORT: '0',
      COZE_PROXY_PORT: '0',
      COZE_AUTH_PORT: '0',
      ZCBOT_DATA_DIR: path.join(folder, 'data'),
      ...environment,
    },
  });
  running.push(started);
  return started;
}

interface Addresses {
  portal: string;
  console: string;
  broker: string;
  password: string | undefined;
}

async function addresses(started: ZcbotProcess): Promise<Addresses> {
  const text = await started.until(/Data +\S/);
  return {
    portal: /Example platform +(\S+)/.exec(text)![1]!,
    console: /Console +(\S+)/.exec(text)![1]!,
    broker: /Coze chat +(\S+)\/chat/.exec(text)![1]!,
    password: /password +(\S+) +shown only this once/.exec(text)?.[1],
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('waited 10 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function stop(started: ZcbotProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  started.child.kill(signal);
  expect((await started.ended).code).toBe(0);
}

test('needs no configuration: secrets, console, platform, and a first user who can sign in', async () => {
  const started = start();
  const { portal, console, password } = await addresses(started);
  expect((await fetch(portal)).status).toBe(200);
  expect((await fetch(`${console}/healthz`)).status).toBe(200);
  const answer = await fetch(`${console}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@example.com', password }),
  });
  expect(answer.status).toBe(200);

  const file = path.join(folder, 'data', 'secrets.json');
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  const secrets = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
  const { stdout, stderr } = started.output();
  for (const secret of Object.values(secrets)) expect(stdout + stderr).not.toContain(secret);

  await stop(started);
  expect(await answers(portal)).toBe(false);
  expect(await answers(console)).toBe(false);
});

test('the second start keeps secrets and user, and shows the password no more', async () => {
  const first = start();
  await addresses(first);
  const file = path.join(folder, 'data', 'secrets.json');
  const secrets = await readFile(file, 'utf8');
  await stop(first, 'SIGINT');

  const second = start();
  expect((await addresses(second)).password).toBeUndefined();
  expect(second.output().stdout).toContain('zcbot user passwd admin@example.com');
  expect(await readFile(file, 'utf8')).toBe(secrets);
  await stop(second);
});

test('speaks Chinese where the system does', async () => {
  const started = start({ LC_ALL: 'zh_CN.UTF-8' });
  const text = await started.until(/数据目录 +\S/);
  expect(text).toContain('示例平台');
  expect(text).toContain('只显示这一次');
});

test('a killed start takes the platform with it', async () => {
  const started = start();
  const { portal } = await addresses(started);
  started.child.kill('SIGKILL');
  await started.ended;
  await until(async () => !(await answers(portal)));
});

describe('without a Coze configuration the simulator stands in', () => {
  interface BrokerFacts {
    simulator: boolean;
    proxyUrl: string;
    sessions: { issuedAt: number }[];
  }
  const asJson = { headers: { accept: 'application/json' } };

  test('for tokens, for /coze/ and for a streamed chat, and every page says so', async () => {
    const started = start();
    const { broker } = await addresses(started);
    expect(started.output().stdout).toMatch(/Coze chat .*SIMULATOR.*\n.*Userscript .*SIMULATOR/);

    const first = Date.now();
    const answer = await fetch(`${broker}/callback?session_name=start-test`, asJson);
    const token = (await answer.json()) as { access_token: string; expires_at: number };
    expect(token.access_token).toMatch(/^czs_/);
    expect(token.expires_at * 1000).toBeGreaterThan(first);

    const facts = (await (await fetch(broker, asJson)).json()) as BrokerFacts;
    expect(facts.simulator).toBe(true);
    expect(Math.abs(facts.sessions[0]!.issuedAt - first)).toBeLessThan(60_000);
    for (const page of [`${broker}/`, `${broker}/chat`]) {
      const english = { headers: { 'accept-language': 'en' } };
      expect(await (await fetch(page, english)).text()).toMatch(/simulator/i);
    }

    const chat = await fetch(`${facts.proxyUrl}/coze/v3/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-session-name': 'start-test' },
      body: JSON.stringify({
        bot_id: '7000000000000000001',
        user_id: 'start-test',
        stream: true,
        additional_messages: [{ role: 'user', content: 'hello', content_type: 'text' }],
      }),
    });
    const events = await chat.text();
    expect(events).toContain('event:conversation.chat.completed');
    expect(events).toMatch(/Simulator/);

    await stop(started);
    expect(await answers(broker)).toBe(false);
    expect(await answers(facts.proxyUrl)).toBe(false);
  });

  test('with the bot that COZE_BOT_ID names', async () => {
    const { broker } = await addresses(start({ COZE_BOT_ID: '7451481843796787219' }));
    const { proxyUrl } = (await (await fetch(broker, asJson)).json()) as BrokerFacts;
    const bot = await fetch(`${proxyUrl}/coze/v1/bots/7451481843796787219`, {
      headers: { 'x-session-name': 'start-test' },
    });
    expect(await bot.json()).toMatchObject({ code: 0 });
  });
});

test('with a personal access token nothing is simulated', async () => {
  const { broker } = await addresses(
    start({ COZE_PAT: `pat_${'a1B2c3D4'.repeat(4)}`, COZE_API_BASE: 'http://127.0.0.1:9' }),
  );
  const facts = await (await fetch(broker, { headers: { accept: 'application/json' } })).json();
  expect(facts).toMatchObject({ credentials: 'pat', simulator: false });
});

test('an OAuth configuration that cannot be used stops the start, with the remedy', async () => {
  const missing = path.join(folder, 'none.json');
  const { code, stderr } = await start({ COZE_OAUTH_CONFIG: missing }).ended;
  expect(stderr).toContain(`${missing} does not exist`);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
});

test.each(['ZCBOT_PORTAL_PORT', 'COZE_PROXY_PORT', 'COZE_AUTH_PORT'])(
  'a taken port is named (%s), and nothing is left running',
  async (setting) => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    try {
      const { code, stderr } = await start({ [setting]: String(port) }).ended;
      expect(stderr).toContain(`port ${port} is taken`);
      expect(stderr).toContain(`${setting}=${port + 1}`);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(code).toBe(1);
    } finally {
      await new Promise((resolve) => holder.close(resolve));
    }
  },
);
