import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BIN, PRETEND_OLD, run, zcbot, type ZcbotProcess } from '../testing/zcbot-process.ts';

// Each starts several real programs, beside whatever else the machine does.
vi.setConfig({ testTimeout: 60_000 });

const KEYS = {
  PLATFORM_KEY: 'pZ8qf3-Lm1Xv7_Rk5Tn9Wb2Yc4Hd6Js0',
  JWT_SECRET: 'a1Qw-7uIk3_Zx9Pl5Mn2Bv8Cd4Fg6Hj0',
};

let folder: string;
let running: ZcbotProcess[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'zcbot-serve-'));
  running = [];
});
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

function serve(environment: Record<string, string> = {}, nodeArguments: string[] = []) {
  const started = zcbot(['serve'], {
    environment: { ...KEYS, ZCBOT_PORT: '0', ZCBOT_DATA_DIR: folder, ...environment },
    nodeArguments,
  });
  running.push(started);
  return started;
}

async function listening(started: ZcbotProcess): Promise<string> {
  const output = await started.until(/console on http:\S+/);
  return /http:\S+/.exec(output)![0];
}

async function refuses(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  );
}

describe('zcbot serve', () => {
  test('without PLATFORM_KEY and JWT_SECRET refuses to start, naming both and the remedy', async () => {
    const { code, stderr } = await run(['serve'], { environment: { ZCBOT_DATA_DIR: folder } });
    expect(stderr).toMatch(/PLATFORM_KEY: is required.*openssl/);
    expect(stderr).toMatch(/JWT_SECRET: is required.*openssl/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });

  test('lists every other fault too, and shows no secret', async () => {
    const { stderr } = await serve({
      PLATFORM_KEY: 'canary-4711',
      ZCBOT_PORT: '70000',
      ZCBOT_PARENT_ORIGINS: 'http://portal.example.com',
    }).ended;
    expect(stderr).toMatch(/PLATFORM_KEY: .*32 characters.*_PREVIOUS/);
    expect(stderr).toContain('ZCBOT_PORT (now "70000")');
    expect(stderr).toContain('ZCBOT_PARENT_ORIGINS');
    expect(stderr).not.toContain('canary');
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s stops it with code 0', async (signal) => {
    const started = serve();
    const url = await listening(started);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    started.child.kill(signal);
    expect((await started.ended).code).toBe(0);
    expect(await refuses(url)).toBe(true);
  });

  test('a signal while it is still starting is heard, and a second one ends it at once', async () => {
    const connections: Socket[] = [];
    const silentDatabase = createServer((socket) => connections.push(socket));
    await new Promise<void>((resolve) => silentDatabase.listen(0, '127.0.0.1', resolve));
    const { port } = silentDatabase.address() as { port: number };
    const starting = serve({ DATABASE_URL: `postgres://zcbot@127.0.0.1:${port}/zcbot` });
    await once(silentDatabase, 'connection');
    starting.child.kill('SIGINT');
    await starting.until(/stopping/);
    starting.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    // The same Ctrl-C delivered twice is one wish; a later one is another.
    expect(starting.child.exitCode).toBeNull();
    starting.child.kill('SIGINT');
    expect((await starting.ended).code).toBe(1);
    for (const socket of connections) socket.destroy();
    silentDatabase.close();
  });

  test('an idle keep-alive connection does not hold up the stop', async () => {
    const started = serve();
    const url = await listening(started);
    await (await fetch(`${url}/healthz`)).text();
    const asked = performance.now();
    started.child.kill('SIGTERM');
    await started.ended;
    expect(performance.now() - asked).toBeLessThan(10_000);
  });

  test('a taken port is named, with the setting that changes it', async () => {
    const holder: Server = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    try {
      const { code, stderr } = await serve({ ZCBOT_PORT: String(port) }).ended;
      expect(stderr).toContain(`port ${port} is taken`);
      expect(stderr).toContain(`ZCBOT_PORT=${port + 1}`);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(code).toBe(1);
    } finally {
      await new Promise((resolve) => holder.close(resolve));
    }
  });

  test('a data folder in use is named', async () => {
    await listening(serve());
    const { code, stderr } = await serve().ended;
    expect(stderr).toContain('ZCBOT_DATA_DIR');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });

  test('a database out of reach is named, without its password', async () => {
    const { code, stderr } = await serve({
      DATABASE_URL: 'postgres://zcbot:canary-pw@127.0.0.1:1/zcbot',
    }).ended;
    expect(stderr).toContain('database of DATABASE_URL cannot be used');
    expect(stderr).not.toMatch(/canary|\n\s+at /);
    expect(code).toBe(1);
  });
});

// On Windows npm starts scripts otherwise, and a process keeps its parent's number.
test.skipIf(process.platform === 'win32')(
  'started by npm, it ends when the shell between them dies',
  async () => {
    const shell = spawn('sh', ['-c', '"$0" "$1" serve; exit $?', process.execPath, BIN], {
      env: {
        ...process.env,
        ...KEYS,
        ZCBOT_PORT: '0',
        ZCBOT_DATA_DIR: folder,
        npm_lifecycle_event: 'start',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const closed = once(shell, 'close');
    let url: string | undefined;
    for await (const line of createInterface({ input: shell.stderr })) {
      url ??= /console on (\S+)/.exec(line)?.[1];
      if (url) shell.kill('SIGTERM');
    }
    await closed;
    expect(await refuses(url!)).toBe(true);
  },
);

describe('started by an old Node', () => {
  test('a signal comes through, and so does the graceful end', async () => {
    const started = serve({}, PRETEND_OLD);
    const url = await listening(started);
    started.child.kill('SIGTERM');
    expect((await started.ended).code).toBe(0);
    expect(await refuses(url)).toBe(true);
  });

  test('it ends when the old Node is killed', async () => {
    const started = serve({}, PRETEND_OLD);
    const url = await listening(started);
    started.child.kill('SIGKILL');
    // stdout and stderr close only when the server behind has ended as well.
    await started.ended;
    expect(await refuses(url)).toBe(true);
  });
});
