import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '@zcbot/protocol/run-events';
import type { Database } from '../database/database.ts';
import { createMessageStore } from '../messages/messages.store.ts';
import { createTaskStore } from '../tasks/tasks.store.ts';
import { databaseKinds, type TestDatabase } from '../testing/databases.ts';
import { createUserStore } from '../users/users.store.ts';
import { createEventLogStore, type LoggedEvent } from './event-log.store.ts';
import { createRunLeaseStore, type OwnedRun } from './run-lease.store.ts';
import { createRunStore } from './runs.store.ts';

const LEASE_MS = 60_000;

describe.each(databaseKinds)('runs and their log on $kind', ({ open }) => {
  let opened: TestDatabase;
  let actor: { userId: string };
  let taskId: string;
  let stores: ReturnType<typeof storesOn>;

  function storesOn(database: Database) {
    return {
      tasks: createTaskStore(database),
      messages: createMessageStore(database),
      leases: createRunLeaseStore(database, LEASE_MS),
      events: createEventLogStore(database, LEASE_MS),
      runs: createRunStore(database),
    };
  }

  beforeEach(async () => {
    opened = await open();
    stores = storesOn(opened.database);
    const user = await createUserStore(opened.database).seen(randomUUID(), undefined);
    actor = { userId: user.id };
    taskId = (await stores.tasks.create(actor, { title: '', engine: 'demo' }))!.id;
  });
  afterEach(() => opened.close());

  async function post(text = 'hello', id: string = randomUUID(), bodyHash = 'h') {
    return stores.messages.post(actor, taskId, { id, text, bodyHash, title: text }, 20);
  }
  async function claim(owner = 'one'): Promise<OwnedRun> {
    const run = await stores.leases.claimNext(owner, taskId);
    if (!run) throw new Error('nothing to claim');
    return run;
  }
  const delta = (seq: number, offset: number, text: string): LoggedEvent => ({
    seq,
    event: { type: 'part.delta', part_id: 'p0', offset, text },
  });
  const opening: LoggedEvent = {
    seq: 2,
    event: { type: 'part.start', part_id: 'p0', kind: 'text' },
  };

  function finish(owner: string, run: OwnedRun, seq: number, text: string) {
    const terminal = { type: 'run.completed', message_id: run.messageId } as const;
    const parts = [{ type: 'text', text }] as const;
    return stores.leases.finish(owner, run, {
      terminal,
      events: [{ seq, event: terminal }],
      parts,
    });
  }

  test('the same message again gives the first run and stores nothing twice', async () => {
    const id = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('hi', id)));
    const runIds = new Set(answers.map((answer) => 'runId' in answer && answer.runId));
    expect(runIds.size).toBe(1);
    expect(answers.filter((answer) => answer.outcome === 'accepted')).toHaveLength(1);
    const page = await stores.messages.page(actor, taskId, { limit: 50 });
    expect(page?.messages).toHaveLength(1);
  });

  test('the same id with another body is refused', async () => {
    const id = randomUUID();
    await post('hi', id, 'first');
    expect(await post('ho', id, 'second')).toEqual({ outcome: 'reused' });
  });

  test('a task of somebody else takes no message', async () => {
    const stranger = await createUserStore(opened.database).seen(randomUUID(), undefined);
    const posted = await stores.messages.post(
      { userId: stranger.id },
      taskId,
      { id: randomUUID(), text: 'x', bodyHash: 'h', title: 'x' },
      20,
    );
    expect(posted).toEqual({ outcome: 'unknown_task' });
  });

  test('twenty messages may wait, the next is refused', async () => {
    for (let i = 0; i < 20; i += 1) await post();
    expect(await post()).toEqual({ outcome: 'queue_full' });
  });

  test('only one of many owners starts the run, and only one run of a task is live', async () => {
    await post('first');
    await post('second');
    const other = storesOn(await opened.openAnother());
    const claims = await Promise.all([
      ...Array.from({ length: 5 }, (_, i) => stores.leases.claimNext(`a${i}`, taskId)),
      ...Array.from({ length: 5 }, (_, i) => other.leases.claimNext(`b${i}`, taskId)),
    ]);
    expect(claims.filter((run) => run !== undefined)).toHaveLength(1);
  });

  test('messages stay in the order of the conversation while others wait in the queue', async () => {
    await post('u1');
    const first = await claim();
    await post('u2');
    await post('u3');
    await finish('one', first, 2, 'a1');
    const second = await claim();
    await finish('one', second, 2, 'a2');
    const page = await stores.messages.page(actor, taskId, { limit: 50 });
    const texts = page!.messages.map((message) => `${message.role}:${message.status}`);
    expect(texts).toEqual([
      'user:complete',
      'assistant:complete',
      'user:complete',
      'assistant:complete',
      'user:queued',
    ]);
  });

  test('events come back after any cursor, without holes', async () => {
    await post();
    const run = await claim();
    await stores.events.append('one', [
      { runId: run.id, epoch: run.epoch, events: [opening, delta(3, 0, '你'), delta(4, 1, '好')] },
    ]);
    for (let after = 0; after <= 4; after += 1) {
      const { events, snapshot } = await stores.events.readAfter(run.id, after);
      expect(snapshot).toBeUndefined();
      expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4].slice(after));
    }
    expect((await stores.events.foldRun(run.id)).parts).toEqual([{ type: 'text', text: '你好' }]);
  });

  test('sending the same batch again after a lost answer changes nothing', async () => {
    await post();
    const run = await claim();
    const batch = [{ runId: run.id, epoch: run.epoch, events: [opening, delta(3, 0, 'x')] }];
    await stores.events.append('one', batch);
    expect(await stores.events.append('one', batch)).toEqual(new Set());
    expect((await stores.events.readAfter(run.id, 0)).events).toHaveLength(3);
  });

  test('a former owner is fenced off: it can neither append nor finish nor renew', async () => {
    await post();
    const run = await claim('old');
    await opened.database.query.updateTable('runs').set({ lease_until: 0 }).execute();
    const [taken] = await stores.leases.takeOver('new', 'lapsed');
    expect(taken).toMatchObject({ id: run.id, epoch: run.epoch + 1 });
    const late = [{ runId: run.id, epoch: run.epoch, events: [opening] }];
    expect(await stores.events.append('old', late)).toEqual(new Set([run.id]));
    expect(await finish('old', run, 2, 'late')).toBe(false);
    expect(await stores.leases.renew('old', [run])).toEqual([run.id]);
    expect((await stores.events.readAfter(run.id, 1)).events).toEqual([]);
    expect(await finish('new', taken!, 2, 'kept')).toBe(true);
  });

  test('a live lease is not taken over, and two servers never take over the same run', async () => {
    await post();
    await claim('old');
    expect(await stores.leases.takeOver('new', 'lapsed')).toEqual([]);
    await opened.database.query.updateTable('runs').set({ lease_until: 0 }).execute();
    const other = storesOn(await opened.openAnother());
    const taken = await Promise.all([
      stores.leases.takeOver('a', 'lapsed'),
      other.leases.takeOver('b', 'lapsed'),
    ]);
    expect(taken.flat()).toHaveLength(1);
  });

  test('one commit serves many runs, and fences only the lost ones', async () => {
    const runs: OwnedRun[] = [];
    for (let i = 0; i < 5; i += 1) {
      taskId = (await stores.tasks.create(actor, { title: '', engine: 'demo' }))!.id;
      await post();
      runs.push(await claim('one'));
    }
    await opened.database.query
      .updateTable('runs')
      .set({ epoch: 9 })
      .where('id', '=', runs[2]!.id)
      .execute();
    const appends = runs.map((run) => ({ runId: run.id, epoch: run.epoch, events: [opening] }));
    expect(await stores.events.append('one', appends)).toEqual(new Set([runs[2]!.id]));
    for (const [i, run] of runs.entries()) {
      expect((await stores.events.readAfter(run.id, 1)).events).toHaveLength(i === 2 ? 0 : 1);
    }
  });

  test('a folded run answers an old cursor with a snapshot and the last event', async () => {
    await post();
    const run = await claim();
    await stores.events.append('one', [
      { runId: run.id, epoch: run.epoch, events: [opening, delta(3, 0, 'whole answer')] },
    ]);
    await finish('one', run, 4, 'whole answer');
    expect(await stores.events.foldAway(-60_000, 10)).toBe(1);
    expect(await stores.events.foldAway(-60_000, 10)).toBe(0);
    const { snapshot, events } = await stores.events.readAfter(run.id, 1);
    expect(snapshot).toEqual({
      type: 'snapshot',
      seq: 3,
      parts: [{ type: 'text', text: 'whole answer' }],
    });
    expect(
      events.map(({ seq, event }: { seq: number; event: RunEvent }) => [seq, event.type]),
    ).toEqual([[4, 'run.completed']]);
    expect((await stores.events.readAfter(run.id, 4)).events).toEqual([]);
  });

  test('stopping ends queued runs on the spot and asks the owner of a running one', async () => {
    await post('first');
    const running = await claim();
    await post('second');
    const stopped = await stores.runs.requestStop(actor, { taskId });
    expect(stopped).toHaveLength(2);
    const page = await stores.messages.page(actor, taskId, { limit: 50 });
    expect(page!.messages.map((message) => message.status)).toEqual([
      'complete',
      'streaming',
      'stopped',
    ]);
    await finish('one', running, 2, '');
    expect((await stores.tasks.find(actor, taskId))?.status).toBe('idle');
  });

  test('nobody else can find or stop a run', async () => {
    await post();
    const run = await claim();
    const stranger = {
      userId: (await createUserStore(opened.database).seen(randomUUID(), undefined)).id,
    };
    expect(await stores.runs.find(stranger, run.id)).toBeUndefined();
    expect(await stores.runs.requestStop(stranger, { runId: run.id })).toEqual([]);
  });

  test('a retry supersedes the failed answer and is idempotent by its id', async () => {
    await post('question');
    const run = await claim();
    await finish('one', run, 2, 'bad answer');
    const request = { requestId: randomUUID(), mode: 'retry', parentRunId: run.id } as const;
    const again = await stores.runs.requestAgain(actor, taskId, request);
    expect(await stores.runs.requestAgain(actor, taskId, request)).toEqual({
      ...again,
      outcome: 'repeated',
    });
    expect(await stores.runs.requestAgain(actor, taskId, { ...request, mode: 'continue' })).toEqual(
      { outcome: 'reused' },
    );
    const retried = await claim();
    expect(await stores.runs.conversation(retried)).toEqual([
      expect.objectContaining({ role: 'user', parts: [{ type: 'text', text: 'question' }] }),
    ]);
    const page = await stores.messages.page(actor, taskId, { limit: 50 });
    expect(page!.messages.map((message) => message.run_id)).toEqual([run.id, retried.id]);
  });

  test('a running run cannot be retried', async () => {
    await post();
    const run = await claim();
    const request = { requestId: randomUUID(), mode: 'retry', parentRunId: run.id } as const;
    expect(await stores.runs.requestAgain(actor, taskId, request)).toEqual({
      outcome: 'not_repeatable',
      state: 'running',
    });
  });

  test('every change of a task takes the next number, and a cursor over them misses none', async () => {
    const before = await stores.tasks.changeHead(actor);
    await post();
    const run = await claim();
    await finish('one', run, 2, 'x');
    const another = await stores.tasks.create(actor, { title: 'new', engine: 'demo' });
    await stores.tasks.remove(actor, taskId);
    const changes = await stores.tasks.changesAfter(actor, before, 100);
    expect(changes.map(({ created, task }) => [created, task.id])).toEqual([
      [true, another!.id],
      [false, taskId],
    ]);
    expect(changes.at(-1)?.task).toEqual({ id: taskId });
  });
});
