import type { NewTask, Task, TaskPage, TaskPatch, TaskQuery } from '@zcbot/protocol/http';
import type { Engines } from '../engines/engines.ts';
import type { Hub } from '../events/hub.ts';
import type { Actor } from '../http/context.ts';
import { notFound, ProblemError } from '../http/problem.ts';
import type { TaskCursor, TaskStore } from './tasks.store.ts';

const RESTORE_WITHIN_MS = 30 * 24 * 60 * 60 * 1000;

export function createTaskService(parts: {
  store: TaskStore;
  engines: Engines;
  hub: Hub;
  /** Ends the task's runs, queued ones included. */
  stopRuns: (actor: Actor, taskId: string) => Promise<void>;
}) {
  const { store, hub } = parts;

  async function get(actor: Actor, taskId: string): Promise<Task> {
    const task = await store.find(actor, taskId);
    if (!task) throw notFound('task');
    return task;
  }

  return {
    get,

    async list(actor: Actor, page: TaskQuery): Promise<TaskPage> {
      const { tasks, next } = await store.list(actor, {
        limit: page.limit,
        archived: page.archived,
        ...(page.q ? { search: page.q } : {}),
        ...(page.cursor ? { cursor: decodeCursor(page.cursor) } : {}),
      });
      return { items: tasks, next_cursor: next && encodeCursor(next) };
    },

    async create(actor: Actor, input: NewTask): Promise<Task> {
      const engine = parts.engines.find(input.engine);
      if (!engine) {
        throw new ProblemError(
          'invalid_request',
          `There is no engine "${input.engine}". GET /v1/engines lists them.`,
          {
            errors: [{ field: 'engine', message: 'unknown engine' }],
          },
        );
      }
      const { id, title = '' } = input;
      const task = await store.create(actor, { id, title, engine: engine.info.id });
      if (!task) {
        throw new ProblemError(
          'task_id_reused',
          'This task id was used before. Make a new id for a new task.',
        );
      }
      hub.publish(`user:${actor.userId}`);
      return task;
    },

    async patch(actor: Actor, taskId: string, patch: TaskPatch): Promise<Task> {
      const changed = await store.patch(actor, taskId, {
        ...(patch.title === undefined ? {} : { title: patch.title }),
        ...(patch.archived === undefined ? {} : { archived: patch.archived }),
        ...(patch.read_through === undefined ? {} : { readThrough: patch.read_through }),
      });
      if (!changed) throw notFound('task');
      hub.publish(`user:${actor.userId}`);
      return get(actor, taskId);
    },

    async remove(actor: Actor, taskId: string): Promise<void> {
      if (!(await store.remove(actor, taskId))) throw notFound('task');
      await parts.stopRuns(actor, taskId);
      hub.publish(`user:${actor.userId}`);
    },

    async restore(actor: Actor, taskId: string): Promise<Task> {
      const result = await store.restore(actor, taskId, RESTORE_WITHIN_MS);
      if (result === 'unknown') throw notFound('task');
      if (result === 'expired') {
        throw new ProblemError(
          'restore_expired',
          'A deleted task can be restored for 30 days; this one is older.',
        );
      }
      hub.publish(`user:${actor.userId}`);
      return get(actor, taskId);
    },
  };
}

export type TaskService = ReturnType<typeof createTaskService>;

function encodeCursor({ updatedAt, id }: TaskCursor): string {
  return Buffer.from(`${updatedAt}:${id}`).toString('base64url');
}

function decodeCursor(cursor: string): TaskCursor {
  const match = /^(\d{1,15}):([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match) {
    throw new ProblemError(
      'malformed_cursor',
      'The cursor is not one this server gave out. Start again without it.',
    );
  }
  return { updatedAt: Number(match[1]), id: match[2]! };
}
