/** The example platform as a child process; it ends with this process, however this one ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CommandError, type Environment } from '../command.ts';
import { fromProjectRoot } from '../config/environment.ts';
import { portTaken } from '../serve/console-server.ts';

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 3_000;
const ENTRY = fromProjectRoot('examples/portal/server.mjs');
const END_WITH_PARENT = fileURLToPath(new URL('./end-with-parent.js', import.meta.url));

export interface Portal {
  url: string;
  stop(): Promise<void>;
}

export interface PortalOptions {
  port: number;
  /** The console's origin as browsers see it. */
  consoleOrigin: string;
  platformKey: string;
  environment: Environment;
}

/** @throws CommandError when its port is taken or it does not come up */
export async function startPortal(options: PortalOptions): Promise<Portal> {
  await expectFree(options.port);
  const child = spawn(process.execPath, ['--import', END_WITH_PARENT, ENTRY], {
    env: {
      ...options.environment,
      PORT: String(options.port),
      ZCBOT_ORIGIN: options.consoleOrigin,
      ZCBOT_PLATFORM_KEY: options.platformKey,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let stopping = false;
  const ended = once(child, 'exit').then(([code]) => {
    if (!stopping) process.stderr.write(`zcbot: the example platform ended by itself (${code})\n`);
  });

  const lines = createInterface({ input: child.stdout! });
  const listening = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const url = /https?:\/\/\S+/.exec(line)?.[0];
      if (url && /listening/i.test(line)) resolve(url);
      else process.stdout.write(`portal: ${line}\n`);
    });
  });
  const tooLate = new Promise<null>((resolve) => {
    setTimeout(resolve, START_TIMEOUT_MS, null).unref();
  });
  const url = await Promise.race([listening, ended.then(() => null), tooLate]);

  const stop = async () => {
    stopping = true;
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(kill);
  };
  if (url !== null) return { url, stop };
  await stop();
  throw new CommandError({
    en: 'the example platform did not start; its own message is above.',
    zh: '示例平台未能启动，原因见上方它自己的输出。',
  });
}

async function expectFree(port: number): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  const fault = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    probe.once('error', resolve);
    probe.listen(port, '127.0.0.1', () => resolve(null));
  });
  if (fault?.code === 'EADDRINUSE') throw portTaken('ZCBOT_PORTAL_PORT', port, fault);
  if (fault) throw fault;
  await new Promise((resolve) => probe.close(resolve));
}
