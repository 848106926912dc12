import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { run, zcbot, type ZcbotProcess } from '../testing/zcbot-process.ts';

// Each starts several real programs, beside whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let running: ZcbotProcess[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'zcbot-simulator-'));
  running = [];
});
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

function launch(args: string[], environment: Record<string, string> = {}): ZcbotProcess {
  const started = zcbot(args, { environment });
  running.push(started);
  return started;
}

test('says that it is a simulator, and leaves no file unasked', async () => {
  const started = launch(['coze-simulator']);
  const text = await started.until(/--write coze_oauth_config\.json/);
  const url = /SIMULATOR on (\S+):/.exec(text)![1]!;
  expect(await (await fetch(url)).json()).toMatchObject({ simulator: true });
  started.child.kill('SIGTERM');
  expect((await started.ended).code).toBe(0);
});

test('the file it writes makes a gateway work, which then says that it is simulated', async () => {
  const file = path.join(folder, 'coze_oauth_config.json');
  await launch(['coze-simulator', '--write', file]).until(/point a gateway at it/);
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  const gateway = launch(['gateway'], {
    COZE_OAUTH_CONFIG: file,
    COZE_PROXY_PORT: '0',
    COZE_AUTH_PORT: '0',
    ZCBOT_DATA_DIR: folder,
  });
  const broker = /token broker on (\S+)/.exec(await gateway.until(/token broker on \S+/))![1]!;
  const headers = { accept: 'application/json' };
  const answer = await fetch(`${broker}/callback?session_name=simulator-test`, { headers });
  expect(await answer.json()).toMatchObject({ token_type: 'Bearer' });
  expect(await (await fetch(broker, { headers })).json()).toMatchObject({ simulator: true });
});

test('replaces the file of an earlier simulator and no other', async () => {
  const file = path.join(folder, 'coze_oauth_config.json');
  const real = JSON.stringify({ client_type: 'jwt', coze_api_base: 'https://api.coze.cn' });
  await writeFile(file, real);
  const refused = await run(['coze-simulator', '--write', file]);
  expect(refused.stderr).toContain('was not written by a simulator');
  expect(refused.code).toBe(1);
  expect(await readFile(file, 'utf8')).toBe(real);

  await writeFile(file, JSON.stringify({ coze_api_base: 'http://127.0.0.1:9' }), { mode: 0o644 });
  await launch(['coze-simulator', '--write', file]).until(/point a gateway at it/);
  expect(await readFile(file, 'utf8')).toContain('BEGIN PRIVATE KEY');
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a taken port is named', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as { port: number };
  try {
    const { code, stderr } = await run(['coze-simulator', '--port', String(port)]);
    expect(stderr).toContain(`port ${port} is taken`);
    expect(code).toBe(1);
  } finally {
    await new Promise((resolve) => holder.close(resolve));
  }
});
