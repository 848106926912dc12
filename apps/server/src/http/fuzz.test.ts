/**
 * Whatever arrives, the server answers below 500 and lives on. The seed of a failing run is printed
 * by fast-check. Runs on both databases, since what one stores the other may refuse.
 */
import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgresDatabase } from '../testing/databases.ts';
import { exchange } from '../testing/raw-http.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';

const RUNS = Number(process.env.ZCBOT_FUZZ_RUNS ?? 150);

const GUID = fc.uuid();
/** Text with all that makes trouble: NUL, lone surrogates, right-to-left marks, long words. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('\0', '\ud800', '\udc00a', '\u202e', "'; drop table users; --", '%', '_', '\\'),
);
const name = fc.constantFrom(
  ...['id', 'text', 'title', 'engine', 'archived', 'read_through', 'mode', 'run_id', 'files'],
  ...['user_id', 'platform_key', 'user_name', 'email', 'password', '__proto__', 'constructor'],
);
const value = fc.oneof({ weight: 3, arbitrary: text }, fc.jsonValue(), GUID, fc.boolean());
const object = fc.dictionary(fc.oneof({ weight: 5, arbitrary: name }, fc.string()), value, {
  maxKeys: 6,
});
const wellFormed = fc.oneof(
  fc.record({ title: text }),
  fc.record({ id: GUID, text: fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }) }),
  fc.record({ id: GUID, mode: fc.constantFrom('retry', 'continue'), run_id: GUID }),
  fc.record({ email: text, password: text }),
);
const body = fc.oneof(
  { weight: 4, arbitrary: wellFormed.map((it) => JSON.stringify(it)) },
  { weight: 3, arbitrary: object.map((it) => JSON.stringify(it)) },
  fc.json(),
  text,
  fc.uint8Array({ maxLength: 500 }),
);
const method = fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS', 'HEAD');
const segment = fc.oneof(
  GUID,
  fc.constantFrom(
    'v1',
    'tasks',
    'messages',
    'runs',
    'auth',
    'login',
    'events',
    'stop',
    '%00',
    '..',
  ),
  text.map((it) => encodeURIComponent(it.toWellFormed())),
  fc.stringMatching(/^[!-~]{0,20}$/),
);
const query = fc.dictionary(
  fc.constantFrom(
    'limit',
    'cursor',
    'q',
    'archived',
    'before',
    'after',
    'run',
    'embed',
    'parent_origin',
  ),
  fc.oneof(
    text,
    fc.integer().map(String),
    GUID,
    fc.constantFrom('true', '1e3', '-0', 'NaN', '9'.repeat(30)),
  ),
  { maxKeys: 4 },
);
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'accept',
    'origin',
    'last-event-id',
    'if-none-match',
    'x-forwarded-for',
    'accept-encoding',
    'expect',
    'range',
  ),
  fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.constantFrom('application/json', '*', 'null', ';', ',,'),
  ),
  { maxKeys: 3 },
);

const databases = [
  { kind: 'sqlite', open: () => Promise.resolve(undefined) },
  { kind: 'postgres', open: createPostgresDatabase },
];

describe.each(databases)('on $kind', ({ open }) => {
  let server: TestServer;
  let token: string;
  let taskId: string;
  let drop: (() => Promise<void>) | undefined;
  const errors: string[] = [];
  beforeAll(async () => {
    const database = await open();
    drop = database?.drop;
    server = await startTestServer(database ? { databaseUrl: database.url } : {}, {
      logOutput: { write: (line) => void (line.includes('"level":"error"') && errors.push(line)) },
    });
    ({ token } = await server.logIn());
    const task = await server.call('/v1/tasks', { token, body: {} });
    taskId = ((await task.json()) as { id: string }).id;
  });
  afterAll(async () => {
    await server.stop();
    await drop?.();
  });

  /** Sends bytes as they are; answers that do not end, as streams do not, are cut off. */
  function send(call: {
    method: string;
    path: string;
    headers: Record<string, string>;
    body: string | Uint8Array;
  }): Promise<number> {
    return new Promise((resolve, reject) => {
      const bodiless = call.method === 'GET' || call.method === 'HEAD';
      const sent = request(
        server.url,
        { method: call.method, path: call.path, headers: call.headers },
        (response) => {
          resolve(response.statusCode ?? 0);
          response.destroy();
        },
      );
      sent.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' ? resolve(0) : reject(error),
      );
      sent.setTimeout(5_000, () => sent.destroy(new Error('no answer within 5 s')));
      sent.end(bodiless ? undefined : call.body);
    });
  }
  const signedIn = (extra: Record<string, string> = {}): Record<string, string> => ({
    'content-type': 'application/json',
    authorization: `Bearer ${token}`,
    ...extra,
  });
  const bounded = { numRuns: RUNS, endOnFailure: true };

  async function neverFails(call: Parameters<typeof send>[0]): Promise<void> {
    const status = await send(call);
    expect(status, JSON.stringify(call)).toBeLessThan(500);
  }

  test('random bodies on every route that takes one', async () => {
    const path = fc.constantFrom(
      '/v1/tasks',
      `/v1/tasks/${taskId}`,
      `/v1/tasks/${taskId}/messages`,
      `/v1/tasks/${taskId}/runs`,
      '/v1/auth/revoke',
      '/v1/auth/login',
    );
    await fc.assert(
      fc.asyncProperty(path, body, async (address, bytes) => {
        const method = address === `/v1/tasks/${taskId}` ? 'PATCH' : 'POST';
        await neverFails({ method, path: address, headers: signedIn(), body: bytes });
        expect(Reflect.ownKeys(Object.prototype)).not.toContain('polluted');
      }),
      bounded,
    );
  }, 120_000);

  test('random paths, queries and headers', async () => {
    const path = fc.tuple(fc.array(segment, { maxLength: 5 }), query).map(([segments, values]) => {
      const search = new URLSearchParams(values).toString();
      return `/${segments.join('/')}${search && `?${search}`}`.replaceAll(/[^!-~]/g, '');
    });
    const address = fc.oneof(
      path,
      query.map((values) => `/v1/tasks?${new URLSearchParams(values).toString()}`),
      query.map((values) => `/static/dev.html?embed=1&${new URLSearchParams(values).toString()}`),
    );
    await fc.assert(
      fc.asyncProperty(method, address, headers, async (verb, target, extra) => {
        const clean = Object.entries(extra).map(([key, it]) => [key, it.replaceAll(/[^ -~]/g, '')]);
        const all = signedIn(Object.fromEntries(clean) as Record<string, string>);
        await neverFails({ method: verb, path: target, headers: all, body: '' });
      }),
      bounded,
    );
  }, 120_000);

  test('random bytes in place of a request', async () => {
    const start = fc.constantFrom(
      '',
      'GET / HTTP/1.1\r\nHost: a\r\n',
      'POST /v1/tasks HTTP/1.1\r\n',
    );
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 200 }), async (head, noise) => {
        const bytes = Buffer.concat([Buffer.from(head), noise, Buffer.from('\r\n\r\n')]);
        expect(
          (await exchange(server.url, bytes, { waitMs: 100, quietMs: 30 })).status,
        ).toBeLessThan(500);
      }),
      { ...bounded, numRuns: Math.ceil(RUNS / 4) },
    );
  }, 120_000);

  test('the server lives on, and has logged no error', async () => {
    expect((await server.call('/readyz')).status).toBe(200);
    expect(errors).toEqual([]);
  });
});
