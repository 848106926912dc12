/** Two servers on one PostgreSQL share the work, and neither needs the other to stay alive. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MessagePage, Session, Task } from '@zcbot/protocol/http';
import { createPostgresDatabase } from '../../apps/server/src/testing/databases.ts';
import { freePort, KillableServer } from './killable-server.ts';
import { Random } from './random.ts';
import { readRun } from './reader.ts';

const TAKE_OVER_MAX_MS = 15_000;
const platformKey = randomBytes(32).toString('base64');

let first: KillableServer;
let second: KillableServer;
let token: string;
let cleanUp: () => Promise<void>;

beforeEach(async () => {
  const postgres = await createPostgresDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'zcbot-pair-'));
  const environment = {
    PLATFORM_KEY: platformKey,
    JWT_SECRET: randomBytes(32).toString('base64'),
    ZCBOT_DATA_DIR: folder,
    DATABASE_URL: postgres.url,
  };
  first = new KillableServer(await freePort(), environment);
  second = new KillableServer(await freePort(), environment);
  await Promise.all([first.start(), second.start()]);
  const body = { user_id: randomUUID(), platform_key: platformKey };
  token = (await call<Session>(first, '/v1/auth/login', body)).token;
  cleanUp = async () => {
    await Promise.all([first.kill('SIGCONT'), second.kill('SIGCONT')]);
    await Promise.all([first.kill(), second.kill()]);
    await postgres.drop();
    await rm(folder, { recursive: true });
  };
});
afterEach(() => cleanUp());

async function call<T>(server: KillableServer, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(server.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function ask(server: KillableServer, text: string) {
  const task = await call<Task>(server, '/v1/tasks', {});
  const { run_id: runId } = await call<{ run_id: string }>(
    server,
    `/v1/tasks/${task.id}/messages`,
    {
      id: randomUUID(),
      text,
    },
  );
  return { taskId: task.id, runId };
}

function follow(server: KillableServer, runId: string) {
  const deadline = Date.now() + 40_000;
  return readRun({ url: server.url, token, runId, random: new Random(1), deadline });
}

async function answerOf(server: KillableServer, taskId: string) {
  const { items } = await call<MessagePage>(server, `/v1/tasks/${taskId}/messages`);
  return items.find((message) => message.role === 'assistant');
}

test(
  'a run worked on by one server is watched and stopped through the other',
  { timeout: 60_000 },
  async () => {
    const { taskId, runId } = await ask(first, 'slow');
    const reading = follow(second, runId);
    await delay(1_500);
    await call(second, `/v1/runs/${runId}/stop`, {});
    const { terminal, faults, folded } = await reading;
    expect(faults).toEqual([]);
    expect(terminal?.type).toBe('run.stopped');
    expect(folded.parts).toEqual((await answerOf(first, taskId))?.parts);
  },
);

test.each([
  ['resume please', 'run.completed'],
  ['slow', 'run.interrupted'],
])(
  'when the owner of "%s" is killed, the other server ends it as %s',
  { timeout: 60_000 },
  async (text, ending) => {
    const { runId, taskId } = await ask(first, text);
    const reading = follow(second, runId);
    await delay(1_000);
    await first.kill('SIGKILL');
    const killedAt = Date.now();
    const before = (await answerOf(second, taskId))?.seq ?? 0;
    for (;;) {
      const answer = await answerOf(second, taskId);
      if (answer?.status !== 'streaming' || answer.seq > before) break;
      await delay(200);
    }
    expect(Date.now() - killedAt).toBeLessThan(TAKE_OVER_MAX_MS);
    const { terminal, faults } = await reading;
    expect(faults).toEqual([]);
    expect(terminal?.type).toBe(ending);
  },
);

test(
  'an owner that froze and woke up late writes nothing over its successor',
  { timeout: 60_000 },
  async () => {
    const { runId, taskId } = await ask(first, 'resume please');
    const reading = follow(second, runId);
    await delay(1_000);
    await first.kill('SIGSTOP');
    await delay(13_000);
    await first.kill('SIGCONT');
    const { terminal, faults, folded } = await reading;
    expect(faults).toEqual([]);
    expect(terminal?.type).toBe('run.completed');
    expect((await answerOf(first, taskId))?.parts).toEqual(folded.parts);
  },
);

test('news of tasks reaches the tabs of the other server', { timeout: 30_000 }, async () => {
  const tab = await fetch(`${second.url}/v1/events`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const reader = tab.body!.pipeThrough(new TextDecoderStream()).getReader();
  const task = await call<Task>(first, '/v1/tasks', { title: 'made elsewhere' });
  let seen = '';
  while (!seen.includes(task.id)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream ended: ${seen}`);
    seen += value;
  }
  expect(seen).toContain('event: task.created');
  await reader.cancel();
});
