/** `zcbot doctor` as a real process, beside real servers, the simulator, and servers that misbehave. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCozeSimulator, type CozeSimulator } from '@zcbot/coze-simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { freePorts, standIn, type StandIn } from '../testing/stand-in.ts';
import { run, zcbot, type ZcbotProcess } from '../testing/zcbot-process.ts';

// Each starts several real programs, beside whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

interface Entry {
  id: string;
  status: 'ok' | 'warn' | 'fail' | 'skip';
  message: string;
  remedy: string | null;
}

const PORTS = ['ZCBOT_PORT', 'ZCBOT_PORTAL_PORT', 'COZE_PROXY_PORT', 'COZE_AUTH_PORT'] as const;
const PAT = `pat_${'canary0A'.repeat(4)}`;

let simulator: CozeSimulator;
let folder: string;
let environment: Record<string, string>;
let running: ZcbotProcess[];
let standIns: StandIn[];

beforeAll(async () => {
  simulator = await startCozeSimulator();
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'zcbot-doctor-'));
  const ports = await freePorts(PORTS.length);
  environment = { ZCBOT_DATA_DIR: path.join(folder, 'data') };
  PORTS.forEach((name, index) => (environment[name] = String(ports[index])));
  running = [];
  standIns = [];
});
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGTERM');
    await ended;
  }
  for (const each of standIns) await each.stop();
  await rm(folder, { recursive: true, force: true });
});

async function doctor(more: Record<string, string> = {}, args: string[] = []) {
  const startedAt = performance.now();
  const { code, stdout, stderr } = await run(['doctor', '--json', ...args], {
    environment: { ...environment, ...more },
  });
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  expect(stderr).toBe('');
  expect(stdout).not.toMatch(/canary|PRIVATE KEY|czs_/);
  const entries = JSON.parse(stdout) as Entry[];
  expect(code).toBe(entries.some(({ status }) => status === 'fail') ? 1 : 0);
  return entries;
}

/** The entry of that id, as `status message → remedy`. */
function line(entries: Entry[], id: string): string {
  const entry = entries.find((each) => each.id === id);
  if (!entry) throw new Error(`no ${id} among ${entries.map((each) => each.id).join(', ')}`);
  return `${entry.status} ${entry.message} → ${entry.remedy ?? ''}`;
}

async function launch(args: string[], ready: RegExp, more: Record<string, string> = {}) {
  const started = zcbot(args, { environment: { ...environment, ...more } });
  running.push(started);
  await started.until(ready);
}

async function writeConfig(changes: Record<string, unknown> = {}): Promise<string> {
  const file = path.join(folder, 'coze_oauth_config.json');
  await writeFile(file, JSON.stringify({ ...simulator.oauthConfig, ...changes }), { mode: 0o600 });
  return file;
}

async function pretend(
  name: (typeof PORTS)[number],
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<void> {
  standIns.push(await standIn(answer, Number(environment[name])));
}

function json(response: ServerResponse, body: unknown, status = 200, type = 'application/json') {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

test('after npm start everything is fine, with the simulator named as such', async () => {
  await launch(['start'], /Data +\S/);
  const entries = await doctor({}, ['--embed', 'http://localhost:4800']);
  const bad = entries.filter(({ status }) => status === 'fail' || status === 'warn');
  expect(bad).toEqual([]);
  expect(line(entries, 'credentials')).toContain('SIMULATOR');
  expect(line(entries, 'token')).toContain('SIMULATOR');
  expect(line(entries, 'sessions')).toContain('hidden from the other');
  expect(line(entries, 'streaming')).toContain('ok pieces arrive');
  for (const port of ['console', 'portal', 'proxy', 'broker']) {
    expect(line(entries, `port.${port}`)).toContain('ok ours');
  }
  expect(line(entries, 'embed.csp')).toContain('frame-ancestors http://localhost:4800');
});

test('with nothing running it says what to start, and fails nothing', async () => {
  const entries = await doctor();
  expect(line(entries, 'port.broker')).toMatch(/ok free.*npx zcbot gateway/);
  expect(line(entries, 'credentials')).toMatch(/warn .*coze_oauth_config\.json/);
  for (const id of ['token', 'streaming', 'userscript', 'console']) {
    expect(line(entries, id)).toMatch(/^skip /);
  }
});

test('for people: a line each with mark and remedy, in their language', async () => {
  const { code, stdout } = await run(['doctor'], {
    environment: { ...environment, LC_ALL: 'zh_CN.UTF-8', COZE_SESSION_NAMES: 'raw' },
  });
  expect(stdout).toMatch(/^ {2}✓ {2}端口 \d+ .*→ 启动：npx zcbot serve$/m);
  expect(stdout).toMatch(/^ {2}! {2}会话名 .*COZE_SESSION_NAMES=raw/m);
  expect(stdout).toMatch(/需留意 2 项，有问题 0 项/);
  expect(code).toBe(0);
});

describe('a broken configuration', () => {
  test.each<[string, Record<string, string>, string, RegExp]>([
    [
      'a port that is none',
      { COZE_PROXY_PORT: '70000' },
      'settings.COZE_PROXY_PORT',
      /^fail .*70000.* → mend it/,
    ],
    [
      'a weak secret',
      { PLATFORM_KEY: 'canary', JWT_SECRET: 'canary' },
      'settings.JWT_SECRET',
      /^fail JWT_SECRET: .*32 characters/,
    ],
    [
      'a missing file',
      { COZE_OAUTH_CONFIG: '/nowhere/x.json' },
      'credentials.file_unreadable',
      /^fail \/nowhere\/x\.json does not exist → put the/,
    ],
    [
      'something else as a token',
      { COZE_PAT: 'canary' },
      'credentials.pat_malformed',
      /^fail .*pat_/,
    ],
    [
      'a personal token for the whole network',
      { COZE_PAT: PAT, COZE_GATEWAY_HOST: '0.0.0.0' },
      'credentials.pat_off_loopback',
      /^fail .*0\.0\.0\.0.*COZE_PAT_FORCE/,
    ],
    [
      'the same, forced',
      { COZE_PAT: PAT, COZE_GATEWAY_HOST: '0.0.0.0', COZE_PAT_FORCE: 'yes' },
      'credentials.pat_forced_off_loopback',
      /^warn COZE_PAT_FORCE.*0\.0\.0\.0/,
    ],
    [
      'a name that does not exist',
      { COZE_PAT: PAT, COZE_API_BASE: 'https://zcbot.invalid' },
      'dns',
      /^fail zcbot\.invalid cannot be resolved .* → check the network/,
    ],
  ])('%s', async (_, more, id, expected) => {
    expect(line(await doctor(more), id)).toMatch(expected);
  });

  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ['of another client type', { client_type: 'web' }, 'client_type_web', /Service application/],
    [
      'of two regions',
      { coze_api_base: 'https://api.coze.cn', coze_www_base: 'https://www.coze.com' },
      'region_mixed',
      /separate/,
    ],
    ['without a key', { private_key: '' }, 'private_key_missing', /private_key\.pem/],
    [
      'with a damaged key',
      { private_key: '-----BEGIN PRIVATE KEY-----\ncanary' },
      'private_key_damaged',
      /END/,
    ],
  ])('an OAuth configuration %s', async (_, changes, code, expected) => {
    const entries = await doctor({ COZE_OAUTH_CONFIG: await writeConfig(changes) });
    expect(line(entries, `credentials.${code}`)).toMatch(expected);
    expect(line(entries, `credentials.${code}`)).toMatch(/^fail /);
    expect(line(entries, 'token')).toMatch(/^skip /);
  });

  test.skipIf(process.platform === 'win32')('files that others can read', async () => {
    const file = await writeConfig();
    await chmod(file, 0o644);
    await launch(['gateway'], /token broker on/, { COZE_OAUTH_CONFIG: file });
    await chmod(path.join(environment.ZCBOT_DATA_DIR!, 'coze-session-secret'), 0o644);
    const entries = await doctor({ COZE_OAUTH_CONFIG: file });
    expect(line(entries, 'credentials.file_readable_by_others')).toContain(`chmod 600 ${file}`);
    expect(line(entries, 'files.coze-session-secret')).toMatch(/^warn .*chmod 600/);
  });

  test('a session secret that is damaged', async () => {
    await mkdir(environment.ZCBOT_DATA_DIR!);
    const file = path.join(environment.ZCBOT_DATA_DIR!, 'coze-session-secret');
    await writeFile(file, 'canary', { mode: 0o600 });
    expect(line(await doctor(), 'files.coze-session-secret')).toMatch(/^fail .*from a backup/);
  });

  test('a key that Coze does not know', async () => {
    const file = await writeConfig({ public_key_id: 'unknown-to-the-simulator' });
    expect(line(await doctor({ COZE_OAUTH_CONFIG: file }), 'token')).toMatch(
      /^fail .*invalid_client.* → Coze does not accept the app’s signature/,
    );
  });

  test('an API that is not there', async () => {
    const [port] = await freePorts(1);
    const apiBase = `http://127.0.0.1:${port}`;
    const entries = await doctor({ COZE_PAT: PAT, COZE_API_BASE: apiBase });
    expect(line(entries, 'coze')).toMatch(/^fail .*ECONNREFUSED.* → nothing listens there/);
    expect(line(entries, 'token')).toMatch(/^fail /);
  });

  test('a clock that is off', async () => {
    simulator.control.setClockOffset(120_000);
    try {
      const entries = await doctor({ COZE_OAUTH_CONFIG: await writeConfig() });
      expect(line(entries, 'clock')).toMatch(/^warn 1(19|20|21) s behind Coze’s.*NTP/);
      expect(line(entries, 'token')).toMatch(/^ok the SIMULATOR gave one/);
    } finally {
      simulator.control.setClockOffset(0);
    }
  });

  test('a Coze that never answers ends within its time', async () => {
    const silent = await standIn(() => {});
    standIns.push(silent);
    const file = await writeConfig({ coze_api_base: silent.url });
    const entries = await doctor({ COZE_OAUTH_CONFIG: file });
    expect(line(entries, 'coze')).toContain('ETIMEDOUT');
    expect(line(entries, 'token')).toMatch(/^fail /);
  });

  test('something that is not Coze', async () => {
    const other = await standIn((_request, response) => response.end('<p>Please log in</p>'));
    standIns.push(other);
    const file = await writeConfig({ coze_api_base: other.url });
    const entries = await doctor({ COZE_OAUTH_CONFIG: file });
    expect(line(entries, 'coze')).toMatch(/^warn .*x-tt-logid/);
    expect(line(entries, 'token')).toMatch(/^fail .*What answered is not Coze|^fail .*not Coze/);
  });
});

describe('ports', () => {
  test('a foreign program is named', async () => {
    await pretend('COZE_PROXY_PORT', (_request, response) => response.end('something else'));
    await pretend('ZCBOT_PORTAL_PORT', (_request, response) => response.end('something else'));
    const entries = await doctor();
    const owner = process.platform === 'linux' ? `\\(process ${process.pid}\\)` : 'another program';
    const next = Number(environment.COZE_PROXY_PORT) + 1;
    expect(line(entries, 'port.proxy')).toMatch(
      new RegExp(`^fail taken by .*${owner}.*COZE_PROXY_PORT=${next}`),
    );
    // Only npm start needs it.
    expect(line(entries, 'port.portal')).toMatch(/^warn taken by /);
  });

  test('an address that is not this machine’s', async () => {
    expect(line(await doctor({ COZE_GATEWAY_HOST: '203.0.113.7' }), 'port.broker')).toMatch(
      /^fail .*EADDRNOTAVAIL/,
    );
  });
});

describe('a gateway with an OAuth app', () => {
  test('is fine; a guessable name is noticed; another app in the file is noticed', async () => {
    const file = await writeConfig();
    await launch(['gateway'], /token broker on/, {
      COZE_OAUTH_CONFIG: file,
      COZE_BOT_ID: simulator.botId,
    });
    const more = { COZE_OAUTH_CONFIG: file, COZE_BOT_ID: simulator.botId };
    const fine = await doctor(more);
    expect(fine.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([]);
    expect(line(fine, 'sessions')).toContain('hidden from the other');

    const { COZE_AUTH_PORT } = environment;
    const headers = { accept: 'application/json', 'x-session-name': 'alice' };
    await fetch(`http://127.0.0.1:${COZE_AUTH_PORT}/callback`, { headers });
    await writeConfig({ client_id: '1000000000000' });
    const later = await doctor(more);
    expect(line(later, 'session-names.weak')).toMatch(/^warn .*96/);
    expect(line(later, 'credentials.running')).toMatch(/^warn .*other credentials/);
  });

  test('what doctor made at Coze is gone afterwards', async () => {
    const before = simulator.control.conversations().length;
    const file = await writeConfig();
    const entries = await doctor({ COZE_OAUTH_CONFIG: file, COZE_BOT_ID: simulator.botId });
    expect(line(entries, 'sessions')).toContain('hidden from the other');
    expect(simulator.control.conversations()).toHaveLength(before);
  });
});

test('a personal access token: accepted, and its lack of separation said', async () => {
  simulator.control.registerPat(PAT);
  const more = { COZE_PAT: PAT, COZE_API_BASE: simulator.url, COZE_BOT_ID: simulator.botId };
  const entries = await doctor(more);
  expect(line(entries, 'token')).toMatch(/^ok Coze accepts/);
  expect(line(entries, 'sessions')).toMatch(/^warn not separated/);
  const unknown = await doctor({ ...more, COZE_PAT: PAT.replace(/0A/g, '9Z') });
  expect(line(unknown, 'token')).toMatch(/^fail .*4100/);
});

describe('streaming', () => {
  const allow = (port: number) => ({ COZE_ALLOWED_PRIVATE: `127.0.0.1:${port}` });

  test('is measured from a server of doctor’s own where the proxy may reach it', async () => {
    const [port = 0] = await freePorts(1);
    await launch(['proxy'], /CORS proxy on/, allow(port));
    expect(line(await doctor(allow(port)), 'streaming')).toMatch(/^ok pieces arrive/);
  });

  test('a proxy that does not know the setting yet is told apart', async () => {
    const [port = 0] = await freePorts(1);
    await launch(['proxy'], /CORS proxy on/);
    expect(line(await doctor(allow(port)), 'streaming')).toMatch(/^skip .*start the gateway again/);
  });

  test('is not bought from the real Coze', async () => {
    await launch(['proxy'], /CORS proxy on/);
    expect(line(await doctor(), 'streaming')).toMatch(/^skip .*cost a chat.*COZE_ALLOWED_PRIVATE=/);
  });

  test('a buffer in between is found', async () => {
    await pretend('COZE_PROXY_PORT', (request, response) => {
      if (request.url === '/')
        return json(response, { name: 'zcbot CORS proxy', version: '0.1.0' });
      void fetch(request.url!.slice(1))
        .then((answer) => answer.text())
        .then((whole) => response.end(whole));
    });
    const [port = 0] = await freePorts(1);
    expect(line(await doctor(allow(port)), 'streaming')).toMatch(/^fail .*all at once/);
  });
});

describe('a broker that misbehaves', () => {
  const facts = () => ({
    version: '0.0.1',
    credentials: 'jwt',
    apiBase: simulator.url,
    simulator: true,
    loopbackOnly: true,
  });

  test('one token for two names, an old version, no userscript', async () => {
    await pretend('COZE_AUTH_PORT', (request, response) => {
      if (request.url === '/') return json(response, facts());
      if (request.url === '/callback') return json(response, { access_token: 'czs_the_same' });
      json(response, { error: 'not built' }, 404);
    });
    const entries = await doctor();
    expect(line(entries, 'sessions')).toMatch(/^fail .*the same token/);
    expect(line(entries, 'port.broker')).toMatch(/^warn .*0\.0\.1/);
    expect(line(entries, 'userscript')).toMatch(/^fail .*npm run build/);
  });

  test('names whose conversations are one', async () => {
    const everything = await standIn((request, response) => {
      if (request.url === '/') return json(response, { simulator: true });
      json(response, { code: 0, msg: '', data: { id: '1', bot_id: '1' } });
    });
    standIns.push(everything);
    let issued = 0;
    await pretend('COZE_AUTH_PORT', (request, response) => {
      if (request.url === '/') {
        return json(response, { ...facts(), apiBase: everything.url, botId: simulator.botId });
      }
      json(response, { access_token: `czs_${(issued += 1)}` });
    });
    expect(line(await doctor(), 'sessions')).toMatch(/^fail .*can be read under the other/);
    expect(issued).toBeGreaterThanOrEqual(2);
  });

  test('a userscript of another version', async () => {
    await pretend('COZE_AUTH_PORT', (request, response) => {
      if (request.url === '/') return json(response, facts());
      response.end('// ==UserScript==\n// @version 0.0.1\u001b[2J\n// ==/UserScript==\n');
    });
    const entries = await doctor();
    expect(line(entries, 'userscript')).toMatch(/^warn version 0\.0\.1/);
    expect(JSON.stringify(entries)).not.toContain('\\u001b');
  });
});

describe('--embed', () => {
  test.each([
    ['https://portal.example.com/', /^fail .*is not an origin/],
    ['*', /^fail .*is not an origin/],
    ['http://portal.example.com', /^fail .*is not https/],
    ['https://[2001:db8::1]', /^fail .*IPv6/],
  ])('%s', async (origin, expected) => {
    expect(line(await doctor({}, ['--embed', origin]), 'embed.origin')).toMatch(expected);
  });

  test('without a console the settings decide', async () => {
    const origin = 'https://portal.example.com';
    const unlisted = await doctor({}, ['--embed', origin]);
    expect(line(unlisted, 'embed.registered')).toMatch(
      /^fail .*ZCBOT_PARENT_ORIGINS=https:\/\/portal\.example\.com/,
    );
    expect(line(unlisted, 'embed.public-origin')).toMatch(/^warn .*ZCBOT_PUBLIC_ORIGIN/);
    const listed = await doctor({ ZCBOT_PARENT_ORIGINS: origin }, ['--embed', origin]);
    expect(line(listed, 'embed.registered')).toMatch(/^ok /);
    expect(line(listed, 'embed.csp')).toMatch(/^skip /);
  });

  test('the running console decides, and what stands in front of it can spoil that', async () => {
    const origin = 'https://portal.example.com';
    await launch(['start'], /Data +\S/);
    expect(line(await doctor({}, ['--embed', origin]), 'embed.registered')).toMatch(/^fail /);

    const front = await standIn((_request, response) =>
      response.writeHead(200, { 'content-security-policy': "frame-ancestors 'none'" }).end(),
    );
    standIns.push(front);
    const behind = await doctor({ ZCBOT_PUBLIC_ORIGIN: front.url }, ['--embed', origin]);
    expect(line(behind, 'embed.csp')).toMatch(/^fail .*frame-ancestors 'none'.*reverse proxy/);
  });
});

test('a console that is not ready', async () => {
  await pretend('ZCBOT_PORT', (request, response) => {
    if (request.url === '/healthz') return json(response, { status: 'ok' });
    const status = request.url === '/readyz' ? 503 : 401;
    json(response, { code: 'x' }, status, 'application/problem+json');
  });
  const entries = await doctor();
  expect(line(entries, 'console.healthz')).toMatch(/^ok /);
  expect(line(entries, 'console.readyz')).toMatch(/^fail .*503.*DATABASE_URL/);
});
