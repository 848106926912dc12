import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { zcbot, type ZcbotProcess } from '../testing/zcbot-process.ts';

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
  password: string | undefined;
}

async function addresses(started: ZcbotProcess): Promise<Addresses> {
  const text = await started.until(/Data +\S/);
  return {
    portal: /Example platform +(\S+)/.exec(text)![1]!,
    console: /Console +(\S+)/.exec(text)![1]!,
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

test('a taken platform port is named, and nothing is left running', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as { port: number };
  try {
    const { code, stderr } = await start({ ZCBOT_PORTAL_PORT: String(port) }).ended;
    expect(stderr).toContain(`port ${port} is taken`);
    expect(stderr).toContain(`ZCBOT_PORTAL_PORT=${port + 1}`);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  } finally {
    await new Promise((resolve) => holder.close(resolve));
  }
});
