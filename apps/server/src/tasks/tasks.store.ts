import { randomUUID } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import type { Task } from '@zcbot/protocol/http';
import type { Database } from '../database/database.ts';
import type { TaskTable } from '../database/schema.ts';
import { escapeLike } from '../database/like.ts';
import { changeTask, nextChange } from './task-change.ts';

type Owner = { userId: string };
export interface TaskCursor {
  updatedAt: number;
  id: string;
}
export type TaskChange = { seq: number; created: boolean; task: Task | { id: string } };

export function createTaskStore(database: Database) {
  const { query, now, transaction } = database;
  const ofUser = (actor: Owner) =>
    query.selectFrom('tasks').selectAll().where('user_id', '=', actor.userId);

  return {
    async list(
      actor: Owner,
      page: { limit: number; cursor?: TaskCursor; search?: string; archived: boolean },
    ): Promise<{ tasks: Task[]; next: TaskCursor | null }> {
      let select = ofUser(actor)
        .where('deleted_at', 'is', null)
        .where('archived_at', page.archived ? 'is not' : 'is', null);
      if (page.search) select = select.where(matches(database, page.search));
      if (page.cursor) {
        const { updatedAt, id } = page.cursor;
        select = select.where((eb) =>
          eb.or([
            eb('updated_at', '<', updatedAt),
            eb.and([eb('updated_at', '=', updatedAt), eb('id', '<', id)]),
          ]),
        );
      }
      const rows = await select
        .orderBy('updated_at', 'desc')
        .orderBy('id', 'desc')
        .limit(page.limit + 1)
        .execute();
      const shown = rows.slice(0, page.limit);
      const last = shown.at(-1);
      const more = rows.length > page.limit && last;
      return {
        tasks: shown.map(toTask),
        next: more ? { updatedAt: last.updated_at, id: last.id } : null,
      };
    },

    async find(actor: Owner, taskId: string): Promise<Task | undefined> {
      const row = await ofUser(actor)
        .where('id', '=', taskId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      return row && toTask(row);
    },

    /**
     * The same id again gives the task as it is now, whatever else is asked for. Undefined when the
     * id is that of a deleted task or of somebody else's. Default is a new id.
     */
    create(
      actor: Owner,
      { id = randomUUID(), ...input }: { id?: string | undefined; title: string; engine: string },
    ): Promise<Task | undefined> {
      return transaction(async (trx) => {
        // Locks the user, so that of two equal requests at once the second sees the first's task.
        const changeSeq = await nextChange(trx, now, actor.userId);
        const row = await trx
          .insertInto('tasks')
          .values({
            id,
            user_id: actor.userId,
            ...input,
            status: 'idle',
            next_turn: 1,
            next_position: 1,
            answered_position: 0,
            read_position: 0,
            created_seq: changeSeq,
            change_seq: changeSeq,
            archived_at: null,
            deleted_at: null,
            created_at: now,
            updated_at: now,
          })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .returningAll()
          .executeTakeFirst();
        if (row) return toTask(row);
        const known = await trx
          .selectFrom('tasks')
          .selectAll()
          .where('id', '=', id)
          .where('user_id', '=', actor.userId)
          .where('deleted_at', 'is', null)
          .executeTakeFirst();
        return known && toTask(known);
      });
    },

    /** False when the task is not the actor's. An unknown `readThrough` changes nothing. */
    patch(
      actor: Owner,
      taskId: string,
      patch: { title?: string; archived?: boolean; readThrough?: string },
    ): Promise<boolean> {
      return transaction(async (trx) => {
        const row = await trx
          .selectFrom('tasks')
          .select(['id', 'read_position'])
          .where('id', '=', taskId)
          .where('user_id', '=', actor.userId)
          .where('deleted_at', 'is', null)
          .executeTakeFirst();
        if (!row) return false;
        const read =
          patch.readThrough &&
          (await trx
            .selectFrom('messages')
            .select('position')
            .where('task_id', '=', taskId)
            .where('id', '=', patch.readThrough)
            .executeTakeFirst());
        await changeTask(
          trx,
          now,
          { id: taskId, userId: actor.userId },
          {
            ...(patch.title === undefined ? {} : { title: patch.title }),
            ...(patch.archived === undefined ? {} : { archived_at: patch.archived ? now : null }),
            ...(read ? { read_position: Math.max(read.position, row.read_position) } : {}),
          },
        );
        return true;
      });
    },

    /** Soft: the row stays for `restore`. False when the task is not the actor's. */
    remove(actor: Owner, taskId: string): Promise<boolean> {
      return transaction(async (trx) => {
        const removed = await trx
          .updateTable('tasks')
          .set({ deleted_at: now })
          .where('id', '=', taskId)
          .where('user_id', '=', actor.userId)
          .where('deleted_at', 'is', null)
          .executeTakeFirst();
        if (removed.numUpdatedRows === 0n) return false;
        await changeTask(trx, now, { id: taskId, userId: actor.userId }, {});
        return true;
      });
    },

    /** `expired` when it was deleted longer ago than `withinMs`. A task that is not deleted stays as it is. */
    restore(
      actor: Owner,
      taskId: string,
      withinMs: number,
    ): Promise<'restored' | 'expired' | 'unknown'> {
      return transaction(async (trx) => {
        const row = await trx
          .selectFrom('tasks')
          .select(['deleted_at', sql<number>`${now} - coalesce(deleted_at, ${now})`.as('ageMs')])
          .where('id', '=', taskId)
          .where('user_id', '=', actor.userId)
          .executeTakeFirst();
        if (!row) return 'unknown';
        if (row.ageMs > withinMs) return 'expired';
        if (row.deleted_at !== null) {
          await changeTask(trx, now, { id: taskId, userId: actor.userId }, { deleted_at: null });
        }
        return 'restored';
      });
    },

    /** The user's present change number: where a new stream starts. */
    async changeHead(actor: Owner): Promise<number> {
      const row = await query
        .selectFrom('users')
        .select('change_seq')
        .where('id', '=', actor.userId)
        .executeTakeFirst();
      return row?.change_seq ?? 0;
    },

    /** Tasks changed after `seq`, in the order of their last change. */
    async changesAfter(actor: Owner, seq: number, limit: number): Promise<TaskChange[]> {
      const rows = await ofUser(actor)
        .where('change_seq', '>', seq)
        .orderBy('change_seq')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        seq: row.change_seq,
        created: row.created_seq > seq,
        task: row.deleted_at === null ? toTask(row) : { id: row.id },
      }));
    },
  };
}

export type TaskStore = ReturnType<typeof createTaskStore>;

/** Title or any message contains the text; letters compare without case (SQLite: ASCII letters only). */
function matches({ kind }: Database, search: string) {
  const pattern = `%${escapeLike(search)}%`;
  const like = sql.raw(kind === 'postgres' ? 'ilike' : 'like');
  return sql<boolean>`(tasks.title ${like} ${pattern} escape '\\' or exists (
    select 1 from messages
    where messages.task_id = tasks.id and messages.text ${like} ${pattern} escape '\\'))`;
}

function toTask(row: Selectable<TaskTable>): Task {
  return {
    id: row.id,
    title: row.title,
    engine: row.engine,
    status: row.status,
    unread: row.answered_position > row.read_position,
    archived: row.archived_at !== null,
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  };
}
