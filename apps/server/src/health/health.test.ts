import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoEngine } from '../main.ts';
import { createPostgresDatabase } from '../testing/databases.ts';
import { exchange, openSocket } from '../testing/raw-http.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { HealthService } from './health.service.ts';

describe('readiness', () => {
  test('is lost while stopping, whatever the database says', async () => {
    const health = new HealthService({ ping: () => Promise.resolve() });
    expect(await health.readiness()).toBe('ready');
    health.drain();
    expect(await health.readiness()).toBe('draining');
  });

  test('is lost when the database fails, and comes back with it', async () => {
    let answers = false;
    const health = new HealthService({
      ping: () => (answers ? Promise.resolve() : Promise.reject(new Error('gone'))),
    });
    expect(await health.readiness()).toBe('database_away');
    answers = true;
    expect(await health.readiness()).toBe('ready');
  });

  test('is lost when the database does not answer at all', async () => {
    const health = new HealthService({ ping: () => new Promise(() => {}) });
    const startedAt = performance.now();
    expect(await health.readiness()).toBe('database_away');
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });
});

describe('health on a real PostgreSQL', () => {
  test('the process lives on while its database is gone, and says so', async () => {
    const database = await createPostgresDatabase();
    const server = await startTestServer({ databaseUrl: database.url });
    const { token } = await server.logIn();
    expect((await server.call('/readyz')).status).toBe(200);
    await database.drop();
    const ready = await server.call('/readyz');
    expect(ready.status).toBe(503);
    expect(ready.headers.get('Retry-After')).toBe('5');
    expect(await ready.json()).toMatchObject({ code: 'unavailable' });
    expect((await server.call('/healthz')).status).toBe(200);
    expect((await server.call('/v1/tasks', { token })).status).toBeGreaterThanOrEqual(500);
    await server.stop();
  }, 30_000);
});

describe('metrics', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  async function metric(line: string): Promise<number> {
    const text = await (await server.call('/metrics')).text();
    const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
    return found === undefined ? Number.NaN : Number(found.slice(line.length + 1));
  }

  test('count requests by route pattern, never by address', async () => {
    const { token } = await server.logIn();
    const secretive = crypto.randomUUID();
    await server.call(`/v1/tasks/${secretive}`, { token });
    await server.call(`/${secretive}?q=${secretive}`);
    await server.call('/v1/tasks', { token, method: 'PROPFIND' }).catch(() => {});
    const labels = 'method="GET",route="/v1/tasks/:task_id",status="4xx"';
    await expect
      .poll(() => metric(`zcbot_http_request_duration_seconds_count{${labels}}`), {
        timeout: 10_000,
      })
      .toBe(1);
    const text = await (await server.call('/metrics')).text();
    expect(text).not.toContain(secretive);
    for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']) {
      expect(text).toContain(name);
    }
  });

  test('show open streams, and committed events', async () => {
    const { token } = await server.logIn();
    const abort = new AbortController();
    const stream = await server.call('/v1/events', { token, signal: abort.signal });
    expect(stream.status).toBe(200);
    expect(await metric('zcbot_streams_open')).toBe(1);
    const { id } = (await (await server.call('/v1/tasks', { token, body: {} })).json()) as {
      id: string;
    };
    await server.call(`/v1/tasks/${id}/messages`, {
      token,
      body: { id: crypto.randomUUID(), text: 'hello' },
    });
    await expect.poll(() => metric('zcbot_runs_active'), { timeout: 10_000 }).toBe(0);
    await expect
      .poll(() => metric('zcbot_run_events_committed_total'), { timeout: 10_000 })
      .toBeGreaterThan(1);
    expect(await metric('zcbot_run_events_commit_duration_seconds_count')).toBeGreaterThan(0);
    expect(await metric('zcbot_run_events_pending')).toBe(0);
    abort.abort();
    await expect.poll(() => metric('zcbot_streams_open'), { timeout: 10_000 }).toBe(0);
    // A stream is open for hours; it is no slow request.
    const labels = 'method="GET",route="/v1/events",status="2xx"';
    expect(await metric(`zcbot_http_request_duration_seconds_count{${labels}}`)).toBeNaN();
  });

  test('count what was no request', async () => {
    await exchange(server.url, 'nonsense\r\n\r\n');
    expect(await metric('zcbot_http_malformed_total{status="400"}')).toBe(1);
  });

  test('are not for whom a proxy forwards', async () => {
    const headers = { 'X-Forwarded-For': '203.0.113.9' };
    expect((await server.call('/metrics', { headers })).status).toBe(404);
  });
});

describe('stopping', () => {
  test('lets an answer finish, ends streams and half-sent requests, and refuses new ones', async () => {
    const server = await startTestServer({}, { engines: [demoEngine({ paceMs: 5 })] });
    const { token } = await server.logIn();
    const { id } = (await (await server.call('/v1/tasks', { token, body: {} })).json()) as {
      id: string;
    };
    const posted = await server.call(`/v1/tasks/${id}/messages`, {
      token,
      body: { id: crypto.randomUUID(), text: 'hello' },
    });
    const { run_id } = (await posted.json()) as { run_id: string };
    const run = server.call(`/v1/runs/${run_id}/events`, { token }).then((r) => r.text());
    const tab = server.call('/v1/events', { token }).then((r) => r.text());
    const half = await openSocket(server.url);
    half.on('error', () => {}).resume();
    half.write('POST /v1/tasks HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{');
    const idle = await openSocket(server.url);
    const closed = [half, idle].map(
      (socket) => new Promise((resolve) => socket.on('close', resolve)),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));

    const startedAt = performance.now();
    const stopped = server.stop();
    const refused = await openSocket(server.url).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
    await stopped;
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(await run).toContain('event: run.completed');
    expect(await tab).not.toContain('event: reauth');
    await Promise.all(closed);
  }, 30_000);

  test('takes less than 10 s when an answer would take for ever', async () => {
    const server = await startTestServer({}, { engines: [demoEngine({ paceMs: 60_000 })] });
    const { token } = await server.logIn();
    const { id } = (await (await server.call('/v1/tasks', { token, body: {} })).json()) as {
      id: string;
    };
    const body = { id: crypto.randomUUID(), text: 'hello' };
    const { run_id } = (await (
      await server.call(`/v1/tasks/${id}/messages`, { token, body })
    ).json()) as { run_id: string };
    const run = server.call(`/v1/runs/${run_id}/events`, { token }).then((r) => r.text());
    await new Promise((resolve) => setTimeout(resolve, 300));
    const startedAt = performance.now();
    await server.stop();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    // The engine can go on where it was, so the run waits for the next server.
    expect(await run).not.toMatch(/event: run\.(completed|failed|stopped)/);
  }, 30_000);
});
