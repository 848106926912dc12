/** Starts, kills and restarts one server on one port and one database. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('./server-process.ts', import.meta.url));
const START_MAX_MS = 60_000;

export class KillableServer {
  readonly url: string;
  readonly #environment: Record<string, string>;
  #process: ChildProcess | undefined;

  constructor(port: number, environment: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`;
    this.#environment = { ...environment, ZCBOT_PORT: String(port) };
  }

  /** Resolves when it listens, with the time that took (in milliseconds). */
  async start(): Promise<number> {
    const startedAt = performance.now();
    const server = spawn(process.execPath, [ENTRY], {
      env: { ...process.env, ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = server;
    let errors = '';
    server.stderr.on(
      'data',
      (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)),
    );
    const listening = (async () => {
      for await (const line of createInterface({ input: server.stdout })) {
        if (line.startsWith('listening')) return;
      }
      throw new Error(`the server ended before it listened:\n${errors}`);
    })();
    await Promise.race([listening, late(START_MAX_MS)]);
    return performance.now() - startedAt;
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT' = 'SIGKILL'): Promise<void> {
    const server = this.#process;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await exited;
  }
}

function late(ms: number): Promise<never> {
  return new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`the server did not start within ${ms} ms`)), ms).unref(),
  );
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
