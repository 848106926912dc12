/**
 * The web server of a platform: pages a test publishes, and a token endpoint that really swaps the
 * platform key. Who is signed in is a cookie, so that every browser context has its own user.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ConsoleServer } from '../server/console-server.ts';

export interface TokenAnswer {
  token: string;
  user_id: string;
  user_name?: string;
}

export class Platform {
  readonly port: number;
  /** A port whose number begins with this one's: what a comparison by prefix would let through. */
  readonly longerPort: number;
  #servers: Server[] = [];
  readonly #pages = new Map<string, { html: string; headers: Record<string, string> }>();
  readonly #issue: (userId: string) => Promise<TokenAnswer>;
  readonly #answers = new Map<string, () => Promise<TokenAnswer>>();
  readonly #asked = new Map<string, number>();

  private constructor(port: number, issue: (userId: string) => Promise<TokenAnswer>) {
    this.port = port;
    this.longerPort = port * 10;
    this.#issue = issue;
  }

  /** @param server asked late, because it has to be told this platform's origins first. */
  static async start(server: () => ConsoleServer): Promise<Platform> {
    const issue = async (userId: string): Promise<TokenAnswer> => ({
      token: await server().login(userId),
      user_id: userId,
    });
    for (let port = 4701; port < 4800; port++) {
      const platform = new Platform(port, issue);
      if (await platform.#listen()) return platform;
    }
    throw new Error('no free pair of ports from 4701/47010 to 4799/47990');
  }

  async #listen(): Promise<boolean> {
    try {
      for (const port of [this.port, this.longerPort]) {
        const server = createServer((request, response) => {
          this.#serve(request, response).catch((error: unknown) => {
            response.writeHead(502).end(String(error));
          });
        });
        server.listen(port, '127.0.0.1');
        await once(server, 'listening');
        this.#servers.push(server);
      }
      return true;
    } catch {
      await this.stop();
      return false;
    }
  }

  /** @param host `localhost` or a name below it: browsers resolve those by themselves. */
  origin(host = 'localhost', port = this.port): string {
    return `http://${host}:${port}`;
  }

  /** Puts a page on the web; returns its path, which is good under every origin of the platform. */
  publish(html: string, headers: Record<string, string> = {}): string {
    const path = `/${randomUUID()}`;
    this.#pages.set(path, { html, headers });
    return path;
  }

  /** From now on the token endpoint gives this answer to this user. */
  answerWith(userId: string, answer: TokenAnswer | (() => Promise<TokenAnswer>)): void {
    this.#answers.set(
      userId,
      typeof answer === 'function' ? answer : () => Promise.resolve(answer),
    );
  }

  hasAnswerFor(userId: string): boolean {
    return this.#answers.has(userId);
  }

  answerAgain(userId: string): void {
    this.#answers.delete(userId);
  }

  /** How often the token endpoint was asked for this user. */
  asked(userId: string): number {
    return this.#asked.get(userId) ?? 0;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url!, 'http://platform').pathname;
    const page = this.#pages.get(path);
    if (page !== undefined) {
      const headers = { 'Content-Type': 'text/html; charset=utf-8', ...page.headers };
      response.writeHead(200, headers).end(page.html);
      return;
    }
    if (request.method !== 'POST' || path !== '/api/zcbot-token') {
      response.writeHead(404).end();
      return;
    }
    const userId = /(?:^|; )user=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    if (!userId) {
      response.writeHead(401).end();
      return;
    }
    this.#asked.set(userId, this.asked(userId) + 1);
    const answer = await (this.#answers.get(userId)?.() ?? this.#issue(userId));
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }
}
