/** A program under measurement: a Node file of this folder, or a server with a configuration file. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuMicroseconds } from '../process.ts';
import { eventually } from './clock.ts';

const START_LIMIT_MS = 20_000;
const running = new Set<MeasuredProcess>();

export class MeasuredProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string | undefined;

  constructor(child: ChildProcess, port: number, folder?: string) {
    this.port = port;
    this.#child = child;
    this.#folder = folder;
    running.add(this);
  }

  /** A file that calls `announcePort`. What it prints goes nowhere; nor what it complains, if `quiet`. */
  static async node(
    file: string,
    environment: Record<string, string>,
    quiet = false,
  ): Promise<MeasuredProcess> {
    const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url))], {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NODE_COMPILE_CACHE: join(tmpdir(), 'zcbot-bench-compiled'),
        ...environment,
      },
      stdio: ['ignore', 'ignore', quiet ? 'ignore' : 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(() => undefined);
    const [first] = (await Promise.race([once(child, 'message'), ended])) ?? [];
    const port = (first as { port?: number } | undefined)?.port;
    if (port === undefined) throw new Error(`${file} ended before it listened`);
    return new MeasuredProcess(child, port);
  }

  /** A program that listens on the port it was configured with. */
  static async native(
    command: string[],
    options: { port: number; folder: string; environment?: Record<string, string> },
  ): Promise<MeasuredProcess> {
    const { port, folder } = options;
    const [program = '', ...words] = command;
    const child = spawn(program, words, {
      cwd: folder,
      env: { ...process.env, ...options.environment },
      stdio: 'ignore',
    });
    const started = new MeasuredProcess(child, port, folder);
    const ready = await eventually(
      async () => (child.exitCode !== null ? false : (await accepts(port)) || undefined),
      START_LIMIT_MS,
    );
    if (ready) return started;
    await started.stop();
    throw new Error(`${program} did not start`);
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** CPU time of all threads since the start. */
  cpuMicroseconds(): number {
    return cpuMicroseconds(this.#child.pid!);
  }

  residentMiB(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    running.delete(this);
    if (this.alive) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exited;
    }
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Ends everything that was started here and still runs. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((one) => one.stop()));
}

/** For the Node programs: tells the parent the port, and ends with the parent. */
export function announcePort(server: Server): void {
  process.on('disconnect', () => process.exit());
  process.send?.({ port: (server.address() as AddressInfo).port });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
