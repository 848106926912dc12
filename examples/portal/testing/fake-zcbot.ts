import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const PLATFORM_KEY = 'k9-Vw3pQ7zT1mX5rB8nL2cF6hJ4sD0gY';

/** One call of the portal, as it arrived. */
export interface Call {
  path: string;
  userId: string;
  userName?: string;
}

export interface FakeZcbot {
  origin: string;
  calls: Call[];
  /** Everything about a call that the contract does not allow; tests expect it to stay empty. */
  faults: string[];
  /** Answers the next calls instead of the contract's answer. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  close(): Promise<void>;
}

const KEYS: Record<string, string[]> = {
  '/v1/auth/login': ['user_id', 'platform_key', 'user_name'],
  '/v1/auth/revoke': ['user_id', 'platform_key'],
};

/** The part of zcbot that a platform's backend talks to, as strict as the contract allows. */
export async function startFakeZcbot({ frame = '' } = {}): Promise<FakeZcbot> {
  const server = createServer((request, response) => {
    if (fake.answer) return fake.answer(request, response);
    if (request.method === 'GET' && request.url?.startsWith('/static/dev.html?')) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(frame);
      return;
    }
    void answerByContract(request, response);
  });
  const fake: FakeZcbot = {
    origin: '',
    calls: [],
    faults: [],
    answer: null,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  fake.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;

  async function answerByContract(request: IncomingMessage, response: ServerResponse) {
    const path = request.url ?? '';
    const expected = KEYS[path];
    if (request.method !== 'POST' || !expected) return refuse(404, 'not_found');
    if (request.headers['content-type'] !== 'application/json') fault('not JSON');
    if (request.headers.origin !== undefined) fault('Origin on a call between servers');
    if (request.headers.cookie !== undefined) fault('a cookie of the portal reached zcbot');
    const body = JSON.parse(await textOf(request)) as Record<string, string>;
    const extra = Object.keys(body).filter((key) => !expected.includes(key));
    if (extra.length > 0) fault(`unexpected keys ${extra.join(', ')}`);
    if (body.platform_key !== PLATFORM_KEY) return refuse(401, 'invalid_platform_key');
    const userId = String(body.user_id);
    fake.calls.push({ path, userId, userName: body.user_name });
    if (path === '/v1/auth/revoke') return void response.writeHead(204).end();
    const exp = Math.floor(Date.now() / 1000) + 3600;
    answerJson(200, {
      token: tokenOf({ sub: userId, exp, jti: randomUUID() }),
      user_id: userId,
      exp,
    });

    function fault(what: string) {
      fake.faults.push(`${request.method} ${path}: ${what}`);
    }
    function refuse(status: number, code: string) {
      answerJson(status, { type: 'about:blank', title: code, status, detail: code, code });
    }
    function answerJson(status: number, value: unknown) {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    }
  }
}

/** The form of a JWT; nobody here verifies the signature. */
function tokenOf(claims: Record<string, unknown>): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}.${'s'.repeat(43)}`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
