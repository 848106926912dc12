/** For tests: a real server on a free port, with a data folder of its own. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '@zcbot/protocol/http';
import { parseServerSettings, type ServerSettings } from '../config/settings.ts';
import { demoEngine, startServer } from '../main.ts';

export interface Call {
  method?: string;
  token?: string;
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface TestServer {
  url: string;
  settings: ServerSettings;
  /** Default method is GET, with a body POST. */
  call(path: string, call?: Call): Promise<Response>;
  /** Signs a user in by the platform key. Default is a user nobody has seen. */
  logIn(userId?: string): Promise<Session>;
  /** Stops and starts it again on the same data. */
  restart(changed?: Partial<ServerSettings>): Promise<void>;
  stop(): Promise<void>;
}

type StartOptions = Omit<Parameters<typeof startServer>[0], 'settings'>;

export async function startTestServer(
  changed: Partial<ServerSettings> = {},
  options: StartOptions = {},
): Promise<TestServer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'zcbot-test-'));
  let settings: ServerSettings = {
    ...parseServerSettings({
      PLATFORM_KEY: randomBytes(32).toString('base64'),
      JWT_SECRET: randomBytes(32).toString('base64'),
      ZCBOT_PORT: '0',
      ZCBOT_DATA_DIR: dataDirectory,
    }),
    ...changed,
  };
  const start = () =>
    startServer({
      settings,
      engines: [demoEngine({ paceMs: 0 })],
      logOutput: { write() {} },
      ...options,
    });
  let running = await start();

  const call: TestServer['call'] = (path, { method, token, body, headers, signal } = {}) =>
    fetch(`${running.url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });

  return {
    get url() {
      return running.url;
    },
    get settings() {
      return settings;
    },
    call,
    async logIn(userId = randomUUID()) {
      const response = await call('/v1/auth/login', {
        body: { user_id: userId, platform_key: settings.platformKey },
      });
      if (response.status !== 200) throw new Error(`the login gave ${response.status}`);
      return (await response.json()) as Session;
    },
    async restart(changedNow = {}) {
      await running.stop();
      settings = { ...settings, ...changedNow };
      running = await start();
    },
    async stop() {
      await running.stop();
      await rm(dataDirectory, { recursive: true });
    },
  };
}
