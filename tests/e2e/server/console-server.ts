/** One console server on one port and one data folder: started, held, killed, started again. */
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Message, Session, Task } from '@zcbot/protocol/http';
import { openUserCommands } from '@zcbot/server/users';
import { freePort } from '../../crash/killable-server.ts';
import type { Command, Report } from './console-process.ts';

const ENTRY = fileURLToPath(new URL('./console-process.ts', import.meta.url));
const START_MAX_MS = 30_000;

export interface ServerOptions {
  parentOrigins: readonly string[];
  /** Default: that of the product, 7 days. */
  tokenTtlSeconds?: number;
  /** `verbatim` answers with what it was asked, character for character. Default: `demo`. */
  engine?: 'demo' | 'verbatim';
}

export class ConsoleServer {
  readonly platformKey = randomBytes(32).toString('base64');
  readonly #dataDirectory: string;
  readonly #environment: Record<string, string>;
  #process: ChildProcess | undefined;
  #log = '';

  readonly origin: string;

  private constructor(
    port: number,
    dataDirectory: string,
    { parentOrigins, tokenTtlSeconds, engine = 'demo' }: ServerOptions,
  ) {
    this.origin = `http://127.0.0.1:${port}`;
    this.#dataDirectory = dataDirectory;
    this.#environment = {
      ZCBOT_PORT: String(port),
      ZCBOT_HOST: '127.0.0.1',
      ZCBOT_DATA_DIR: dataDirectory,
      ZCBOT_PARENT_ORIGINS: parentOrigins.join(','),
      PLATFORM_KEY: this.platformKey,
      JWT_SECRET: randomBytes(32).toString('base64'),
      DATABASE_URL: '',
      E2E_ENGINE: engine,
      ...(tokenTtlSeconds ? { ZCBOT_JWT_TTL_SECONDS: String(tokenTtlSeconds) } : {}),
    };
  }

  static async start(options: ServerOptions): Promise<ConsoleServer> {
    const dataDirectory = await mkdtemp(path.join(tmpdir(), 'zcbot-e2e-'));
    const server = new ConsoleServer(await freePort(), dataDirectory, options);
    await server.start();
    return server;
  }

  /** @param held answers that go on by themselves stay where they are until `release`. */
  async start({ held = false } = {}): Promise<void> {
    const child = fork(ENTRY, {
      env: { ...process.env, ...this.#environment, ...(held ? { E2E_HELD: '1' } : {}) },
      // The runner's own loader is no business of the product.
      execArgv: [],
      silent: true,
    });
    this.#process = child;
    const keep = (chunk: Buffer): void => void (this.#log += chunk.toString());
    child.stdout!.on('data', keep);
    child.stderr!.on('data', keep);
    const stopped = once(child, 'exit').then(() => {
      throw new Error(`the console server ended before it listened:\n${this.#log.slice(-4000)}`);
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MAX_MS);
    await Promise.race([once(child, 'message') as Promise<[Report]>, stopped]);
    clearTimeout(timer);
    stopped.catch(() => undefined);
  }

  /** Everything printed so far, over all starts. */
  get log(): string {
    return this.#log;
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#dataDirectory, { recursive: true, force: true });
  }

  /** Each answer stays where it is when it has written this many more pieces (about words). */
  hold({ afterPieces }: { afterPieces: number }): Promise<void> {
    return this.#command({ holdAfter: afterPieces });
  }

  release(): Promise<void> {
    return this.#command({ release: true });
  }

  async #command(command: Command): Promise<void> {
    const done = once(this.#process!, 'message');
    this.#process!.send(command);
    await done;
  }

  /** What a platform's backend does: swaps the platform key for a user's token. */
  async login(userId: string, userName?: string): Promise<string> {
    const body = { user_id: userId, platform_key: this.platformKey, user_name: userName };
    const { token } = (await this.call('POST', '/v1/auth/login', { body })) as Session;
    return token;
  }

  /** Ends every token of the user: the next request with one is a genuine 401. */
  async revoke(userId: string): Promise<void> {
    const body = { user_id: userId, platform_key: this.platformKey };
    await this.call('POST', '/v1/auth/revoke', { body });
  }

  async addUser(email: string, password: string): Promise<void> {
    const settings = { dataDirectory: this.#dataDirectory, databaseUrl: undefined };
    const users = await openUserCommands({ settings });
    await users.add({ email, password }).finally(() => users.close());
  }

  createTask(token: string, title?: string): Promise<Task> {
    return this.call('POST', '/v1/tasks', { token, body: { title } }) as Promise<Task>;
  }

  async sendMessage(token: string, taskId: string, text: string): Promise<void> {
    const body = { id: randomUUID(), text };
    await this.call('POST', `/v1/tasks/${taskId}/messages`, { token, body });
  }

  async listTasks(token: string): Promise<Task[]> {
    const page = (await this.call('GET', '/v1/tasks?limit=100', { token })) as { items: Task[] };
    return page.items;
  }

  async messages(token: string, taskId: string): Promise<Message[]> {
    const address = `/v1/tasks/${taskId}/messages?limit=200`;
    return ((await this.call('GET', address, { token })) as { items: Message[] }).items;
  }

  async call(
    method: string,
    address: string,
    { token, body }: { token?: string; body?: unknown } = {},
  ): Promise<unknown> {
    const response = await fetch(this.origin + address, {
      method,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) {
      throw new Error(`${method} ${address}: ${response.status} ${await response.text()}`);
    }
    return response.status === 204 ? undefined : response.json();
  }
}
