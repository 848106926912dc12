import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Message } from '@zcbot/protocol/http';
import type { Part } from '@zcbot/protocol/run-events';
import type { Database } from '../database/database.ts';
import type { MessageTable } from '../database/schema.ts';
import { changeTask, lockTask } from '../tasks/task-change.ts';

type Owner = { userId: string };

export type Posted =
  | { outcome: 'accepted'; runId: string }
  | { outcome: 'repeated'; runId: string }
  | { outcome: 'unknown_task' }
  | { outcome: 'reused' }
  | { outcome: 'queue_full' };

export function createMessageStore({ query, now, transaction }: Database) {
  return {
    /**
     * Stores the message and the run that will answer it, in one transaction. The same id with the
     * same body gives the first answer again.
     */
    post(
      actor: Owner,
      taskId: string,
      message: { id: string; text: string; bodyHash: string; title: string },
      queueMax: number,
    ): Promise<Posted> {
      return transaction(async (trx) => {
        const task = await lockTask(trx, taskId);
        if (task?.user_id !== actor.userId) return { outcome: 'unknown_task' };
        const known = await trx
          .selectFrom('messages')
          .select(['body_hash', 'run_id'])
          .where('task_id', '=', taskId)
          .where('id', '=', message.id)
          .executeTakeFirst();
        if (known) {
          const same = known.body_hash === message.bodyHash && known.run_id !== null;
          return same ? { outcome: 'repeated', runId: known.run_id! } : { outcome: 'reused' };
        }
        const { queued } = await trx
          .selectFrom('runs')
          .select((eb) => eb.fn.countAll<number>().as('queued'))
          .where('task_id', '=', taskId)
          .where('state', '=', 'queued')
          .executeTakeFirstOrThrow();
        if (Number(queued) >= queueMax) return { outcome: 'queue_full' };

        const runId = randomUUID();
        const parts: Part[] = [{ type: 'text', text: message.text }];
        await trx
          .insertInto('messages')
          .values({
            task_id: taskId,
            id: message.id,
            user_id: actor.userId,
            role: 'user',
            turn: task.next_turn,
            position: task.next_position,
            run_id: runId,
            status: 'queued',
            parts: JSON.stringify(parts),
            text: message.text,
            body_hash: message.bodyHash,
            error_code: null,
            error_message: null,
            superseded: 0,
            created_at: now,
          })
          .execute();
        await trx
          .insertInto('runs')
          .values({
            id: runId,
            task_id: taskId,
            user_id: actor.userId,
            turn: task.next_turn,
            input_message_id: message.id,
            message_id: null,
            request_id: null,
            mode: 'answer',
            parent_run_id: null,
            engine: task.engine,
            state: 'queued',
            head_seq: 0,
            first_seq: 1,
            owner: null,
            epoch: 0,
            lease_until: 0,
            stop_requested_at: null,
            provider_ref: null,
            created_at: now,
            ended_at: null,
          })
          .execute();
        await changeTask(
          trx,
          now,
          { id: taskId, userId: actor.userId },
          {
            next_turn: task.next_turn + 1,
            next_position: task.next_position + 1,
            status: 'running',
            updated_at: now,
            ...(task.title === '' ? { title: message.title } : {}),
          },
        );
        return { outcome: 'accepted', runId };
      });
    },

    /**
     * A page that ends before `before` (the newest when undefined), oldest first, and whether there
     * are older ones. Undefined when the task is not the actor's or `before` is not in it.
     */
    async page(
      actor: Owner,
      taskId: string,
      page: { before?: string; limit: number },
    ): Promise<{ messages: StoredMessage[]; more: boolean } | undefined> {
      const task = await query
        .selectFrom('tasks')
        .select('id')
        .where('id', '=', taskId)
        .where('user_id', '=', actor.userId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      if (!task) return undefined;
      let select = query
        .selectFrom('messages')
        .selectAll()
        .where('task_id', '=', taskId)
        .where('superseded', '=', 0);
      if (page.before !== undefined) {
        const edge = await query
          .selectFrom('messages')
          .select(['turn', 'position'])
          .where('task_id', '=', taskId)
          .where('id', '=', page.before)
          .executeTakeFirst();
        if (!edge) return undefined;
        select = select.where((eb) =>
          eb.or([
            eb('turn', '<', edge.turn),
            eb.and([eb('turn', '=', edge.turn), eb('position', '<', edge.position)]),
          ]),
        );
      }
      const rows = await select
        .orderBy('turn', 'desc')
        .orderBy('position', 'desc')
        .limit(page.limit + 1)
        .execute();
      return {
        messages: rows.slice(0, page.limit).reverse().map(toMessage),
        more: rows.length > page.limit,
      };
    },
  };
}

export type MessageStore = ReturnType<typeof createMessageStore>;
export type StoredMessage = Omit<Message, 'seq'>;

export function toMessage(row: Selectable<MessageTable>): StoredMessage {
  return {
    id: row.id,
    role: row.role,
    parts: JSON.parse(row.parts) as Part[],
    status: row.status,
    run_id: row.run_id,
    ...(row.error_code === null
      ? {}
      : { error: { code: row.error_code, message: row.error_message ?? '' } }),
    created_at: new Date(row.created_at).toISOString(),
  };
}
