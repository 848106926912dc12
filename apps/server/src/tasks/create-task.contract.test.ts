import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { databaseKinds, type TestDatabase } from '../testing/databases.ts';
import { createUserStore } from '../users/users.store.ts';
import { createTaskStore, type TaskStore } from './tasks.store.ts';

describe.each(databaseKinds)('a task with an id made by the client, on $kind', ({ open }) => {
  let opened: TestDatabase;
  let tasks: TaskStore;
  let actor: { userId: string };
  const input = { title: 'plan', engine: 'demo' };

  async function newUser(): Promise<{ userId: string }> {
    const { id } = await createUserStore(opened.database).seen(randomUUID(), undefined);
    return { userId: id };
  }

  beforeEach(async () => {
    opened = await open();
    tasks = createTaskStore(opened.database);
    actor = await newUser();
  });
  afterEach(() => opened.close());

  test('is one task, however often and at once it is asked for', async () => {
    const id = randomUUID();
    const asked = Array.from({ length: 20 }, () => tasks.create(actor, { id, ...input }));
    const answers = await Promise.all(asked);
    expect(new Set(answers.map((task) => JSON.stringify(task))).size).toBe(1);
    expect(answers[0]).toMatchObject({ id, title: 'plan' });
    expect((await tasks.list(actor, { limit: 10, archived: false })).tasks).toHaveLength(1);
  });

  test('is given back as it is now', async () => {
    const id = randomUUID();
    await tasks.create(actor, { id, ...input });
    await tasks.patch(actor, id, { title: 'renamed' });
    expect(await tasks.create(actor, { id, ...input })).toMatchObject({ id, title: 'renamed' });
  });

  test('is not made again after it was deleted', async () => {
    const id = randomUUID();
    await tasks.create(actor, { id, ...input });
    await tasks.remove(actor, id);
    expect(await tasks.create(actor, { id, ...input })).toBeUndefined();
    expect(await tasks.find(actor, id)).toBeUndefined();
  });

  test('gives nothing of a task that is somebody else’s', async () => {
    const id = randomUUID();
    await tasks.create(actor, { id, ...input });
    const other = await newUser();
    expect(await tasks.create(other, { id, title: 'mine', engine: 'demo' })).toBeUndefined();
    expect(await tasks.find(actor, id)).toMatchObject({ title: 'plan' });
    expect(await tasks.find(other, id)).toBeUndefined();
  });

  test('is told to a stream once', async () => {
    const id = randomUUID();
    const before = await tasks.changeHead(actor);
    await tasks.create(actor, { id, ...input });
    const after = await tasks.changesAfter(actor, before, 10);
    await tasks.create(actor, { id, ...input });
    expect(after).toHaveLength(1);
    expect(await tasks.changesAfter(actor, after[0]!.seq, 10)).toEqual([]);
  });
});
