/** Servers under measurement run in processes of their own; memory and CPU time come from /proc. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Clock ticks per second of /proc/<pid>/stat; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export const platformKey = randomBytes(32).toString('base64');

export class Measured {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, process: ChildProcess, folder: string) {
    this.url = url;
    this.#process = process;
    this.#folder = folder;
  }

  /** Starts a file of this folder that prints `listening <url>`. */
  static async start(file: string, environment: Record<string, string> = {}): Promise<Measured> {
    const folder = mkdtempSync(join(tmpdir(), 'zcbot-bench-'));
    const child = spawn(
      process.execPath,
      ['--expose-gc', fileURLToPath(new URL(file, import.meta.url))],
      {
        env: {
          ...process.env,
          PLATFORM_KEY: platformKey,
          JWT_SECRET: randomBytes(32).toString('base64'),
          ZCBOT_PORT: '0',
          ZCBOT_DATA_DIR: folder,
          // As the zcbot command does: without it the type stripper stays in memory.
          NODE_COMPILE_CACHE: join(tmpdir(), 'zcbot-bench-compiled'),
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
      },
    );
    for await (const line of createInterface({ input: child.stdout! })) {
      if (line.startsWith('listening ')) return new Measured(line.slice(10), child, folder);
    }
    throw new Error(`${file} ended before it listened`);
  }

  /** Resident set in KiB, after a garbage collection that the process does when asked. */
  async residentKiB(): Promise<number> {
    this.#process.send('collect');
    await once(this.#process, 'message');
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  }

  /** CPU time used so far, in microseconds. */
  cpuMicroseconds(): number {
    return cpuMicroseconds(this.#process.pid!);
  }

  async loginAs(userId: string): Promise<string> {
    const answer = await fetch(`${this.url}/v1/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user_id: userId, platform_key: platformKey }),
    });
    return ((await answer.json()) as { token: string }).token;
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** CPU time that all threads of a process have used so far. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function cpuMicroseconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
}

/** Called by the measured processes: announces the address, collects garbage when asked. */
export function announce(url: string): void {
  console.log(`listening ${url}`);
  process.on('message', () => {
    const { gc } = globalThis as { gc?: () => void };
    gc?.();
    setTimeout(() => {
      gc?.();
      setTimeout(() => process.send?.('collected'), 500);
    }, 500);
  });
}
