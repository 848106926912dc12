/**
 * kill -9 under load. Each round: 20 runs, 100 readers that drop at random, a server killed at a
 * random moment and restarted. Afterwards every reader, the database and the engine's own
 * transcript must tell the same story. ZCBOT_CRASH_SEED runs a round again.
 */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Message, MessagePage, Session, Task } from '@zcbot/protocol/http';
import { scriptFor } from '../../apps/server/src/engines/demo/scripts.ts';
import { createPostgresDatabase } from '../../apps/server/src/testing/databases.ts';
import { freePort, KillableServer } from './killable-server.ts';
import { Random } from './random.ts';
import { readRun, type Reading } from './reader.ts';

const ROUNDS = process.env.ZCBOT_TEST_LONG ? 20 : 3;
const RUNS = 20;
const READERS = 100;
const ROUND_MAX_MS = 120_000;
const QUESTIONS = [
  'please resume 续传',
  'long answer',
  'resume in English',
  'a code example',
  '工具',
  'think first',
];

interface Run {
  taskId: string;
  runId: string;
  token: string;
  question: string;
}

describe.each(['sqlite', 'postgres'] as const)('kill -9 under load on %s', (kind) => {
  const platformKey = randomBytes(32).toString('base64');
  let server: KillableServer;
  let cleanUp: () => Promise<void>;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zcbot-crash-'));
    const postgres = kind === 'postgres' ? await createPostgresDatabase() : undefined;
    server = new KillableServer(await freePort(), {
      PLATFORM_KEY: platformKey,
      JWT_SECRET: randomBytes(32).toString('base64'),
      ZCBOT_DATA_DIR: folder,
      DATABASE_URL: postgres?.url ?? '',
    });
    await server.start();
    cleanUp = async () => {
      await server.kill();
      await postgres?.drop();
      await rm(folder, { recursive: true });
    };
  });
  afterAll(() => cleanUp());

  async function call<T>(
    path: string,
    options: { token?: string; method?: string; body?: unknown },
  ): Promise<T> {
    const answer = await fetch(server.url + path, {
      method: options.method ?? 'POST',
      headers: {
        ...(options.token ? { Authorization: `Bearer ${options.token}` } : {}),
        ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Repeats until it succeeds: what a client with an outbox does while the server is away. */
  async function persist<T>(work: () => Promise<T>, deadline: number): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(50);
      }
    }
  }

  async function startRuns(): Promise<Run[]> {
    const tokens: string[] = [];
    for (let i = 0; i < 4; i += 1) {
      const body = { user_id: randomUUID(), platform_key: platformKey };
      tokens.push((await call<Session>('/v1/auth/login', { body })).token);
    }
    return Promise.all(
      Array.from({ length: RUNS }, async (_, i) => {
        const token = tokens[i % tokens.length]!;
        const question = QUESTIONS[i % QUESTIONS.length]!;
        const task = await call<Task>('/v1/tasks', { token, body: {} });
        const { run_id } = await call<{ run_id: string }>(`/v1/tasks/${task.id}/messages`, {
          token,
          body: { id: randomUUID(), text: question },
        });
        return { taskId: task.id, runId: run_id, token, question };
      }),
    );
  }

  /** Sends one message over and over, as an outbox does, across the crash. */
  async function sendAcross(run: Run, deadline: number): Promise<string> {
    const id = randomUUID();
    for (let i = 0; i < 12; i += 1) {
      const body = { id, text: 'sent across the crash' };
      await persist(
        () => call(`/v1/tasks/${run.taskId}/messages`, { token: run.token, body }),
        deadline,
      );
      await delay(150);
    }
    return id;
  }

  async function messagesOf(run: Run): Promise<Message[]> {
    const page = await call<MessagePage>(`/v1/tasks/${run.taskId}/messages?limit=200`, {
      token: run.token,
      method: 'GET',
    });
    return page.items;
  }

  test.each(Array.from({ length: ROUNDS }, (_, i) => i + 1))(
    'round %i',
    { timeout: ROUND_MAX_MS * 2 },
    async (round) => {
      const seed = Number(process.env.ZCBOT_CRASH_SEED) || randomInt(2 ** 31);
      const random = new Random(seed);
      const deadline = Date.now() + ROUND_MAX_MS;
      const runs = await startRuns();
      const readers = Array.from({ length: READERS }, (_, i) => {
        const run = runs[i % runs.length]!;
        return readRun({ url: server.url, token: run.token, runId: run.runId, random, deadline });
      });
      const sent = sendAcross(runs[0]!, deadline);

      await delay(random.between(100, 2_000));
      await server.kill('SIGKILL');
      const backAfterMs = await server.start();

      const readings = await Promise.all(readers);
      const sentId = await sent;
      const outcome = { seed, backAfterMs: Math.round(backAfterMs), ...summary(readings) };
      console.log(`${kind} round ${round}: ${JSON.stringify(outcome)}`);

      expect(
        readings.flatMap((reading) => reading.faults),
        `seed ${seed}`,
      ).toEqual([]);
      for (const [i, run] of runs.entries()) {
        const messages = await messagesOf(run);
        const answer = messages.find(
          (message) => message.role === 'assistant' && message.run_id === run.runId,
        );
        for (const reading of readings.filter((_, reader) => reader % runs.length === i)) {
          expect(reading.folded.parts, `run ${i}, seed ${seed}`).toEqual(answer?.parts);
          expect(reading.terminal?.type.replace('run.completed', 'run.complete')).toBe(
            `run.${answer?.status}`,
          );
        }
        checkAgainstTranscript(run, answer!, seed);
      }
      const copies = (await messagesOf(runs[0]!)).filter((message) => message.id === sentId);
      expect(copies, `message sent twelve times, seed ${seed}`).toHaveLength(1);
    },
  );
});

/** A finished answer equals the transcript; one that broke off is a prefix of it. */
function checkAgainstTranscript(run: Run, answer: Message, seed: number): void {
  const history = [
    { role: 'user' as const, parts: [{ type: 'text' as const, text: run.question }] },
  ];
  const script = scriptFor({ runId: run.runId, taskId: run.taskId, userId: '', history });
  const transcript = script.steps.map((step) => ('text' in step ? step.text : ''));
  const written = answer.parts.map((part) => ('text' in part ? part.text : ''));
  const label = `"${run.question}" ${answer.status}, seed ${seed}`;
  // Killed before its reference reached the log, a run has nothing to re-attach to, and no text.
  if (script.resumable && written.length > 0) expect(answer.status, label).toBe('complete');
  if (answer.status === 'complete') expect(written, label).toEqual(transcript);
  else {
    expect(answer.status, label).toBe('interrupted');
    const cut = written.length - 1;
    expect(written.slice(0, cut), label).toEqual(transcript.slice(0, Math.max(0, cut)));
    expect(transcript[cut] ?? '', label).toContain(written[cut] ?? '');
    expect((transcript[cut] ?? '').startsWith(written[cut] ?? ''), label).toBe(true);
  }
}

function summary(readings: readonly Reading[]) {
  const sum = (pick: (reading: Reading) => number) =>
    readings.reduce((total, reading) => total + pick(reading), 0);
  return {
    connections: sum((reading) => reading.connections),
    delivered: sum((reading) => reading.delivered),
    interrupted: readings.filter((reading) => reading.terminal?.type === 'run.interrupted').length,
    faults: sum((reading) => reading.faults.length),
  };
}
