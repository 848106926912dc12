/** A user's own runs: looking them up, stopping them, asking for another try. */
import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Message } from '@zcbot/protocol/http';
import type { Database } from '../database/database.ts';
import type { RunTable, Schema } from '../database/schema.ts';
import { toMessage } from '../messages/messages.store.ts';
import { changeTask, lockTask } from '../tasks/task-change.ts';
import { insertEvents } from './event-log.store.ts';
import type { OwnedRun } from './run-lease.store.ts';

type Owner = { userId: string };

/** More messages than any model takes in; without a bound a long task would slow every answer. */
const CONVERSATION_MAX = 500;

export type Requested =
  | { outcome: 'accepted' | 'repeated'; runId: string; messageId: string }
  | { outcome: 'unknown' }
  | { outcome: 'reused' }
  | { outcome: 'not_repeatable'; state: RunTable['state'] };

export function createRunStore(database: Database) {
  const { query, now, transaction } = database;

  async function stopQueued(
    trx: Transaction<Schema>,
    run: { id: string; task_id: string; input_message_id: string; mode: RunTable['mode'] },
  ): Promise<void> {
    await trx
      .updateTable('runs')
      .set({ state: 'stopped', head_seq: 1, ended_at: now, stop_requested_at: now })
      .where('id', '=', run.id)
      .execute();
    const event = { type: 'run.stopped', message_id: run.input_message_id } as const;
    await insertEvents(database, trx, [{ runId: run.id, events: [{ seq: 1, event }] }]);
    if (run.mode !== 'answer') return;
    await trx
      .updateTable('messages')
      .set({ status: 'stopped' })
      .where('task_id', '=', run.task_id)
      .where('id', '=', run.input_message_id)
      .execute();
  }

  return {
    async find(
      actor: Owner,
      runId: string,
    ): Promise<{ headSeq: number; ended: boolean } | undefined> {
      const row = await query
        .selectFrom('runs')
        .innerJoin('tasks', 'tasks.id', 'runs.task_id')
        .select(['runs.head_seq', 'runs.ended_at'])
        .where('runs.id', '=', runId)
        .where('runs.user_id', '=', actor.userId)
        .where('tasks.deleted_at', 'is', null)
        .executeTakeFirst();
      return row && { headSeq: row.head_seq, ended: row.ended_at !== null };
    },

    /**
     * Asks the owners of running runs to stop and ends queued ones on the spot.
     * @returns the ids of the runs concerned.
     */
    requestStop(actor: Owner, which: { runId: string } | { taskId: string }): Promise<string[]> {
      return transaction(async (trx) => {
        const runs = await trx
          .selectFrom('runs')
          .select(['id', 'task_id', 'input_message_id', 'mode'])
          .where('user_id', '=', actor.userId)
          .where('state', 'in', ['queued', 'running'])
          .where((eb) =>
            'runId' in which ? eb('id', '=', which.runId) : eb('task_id', '=', which.taskId),
          )
          .execute();
        const taskId = runs[0]?.task_id;
        if (taskId === undefined) return [];
        const task = await lockTask(trx, taskId);
        for (const run of runs) {
          const { numUpdatedRows } = await trx
            .updateTable('runs')
            .set({ stop_requested_at: now })
            .where('id', '=', run.id)
            .where('state', '=', 'running')
            .executeTakeFirst();
          if (numUpdatedRows > 0n) continue;
          const stillQueued = await trx
            .selectFrom('runs')
            .select('id')
            .where('id', '=', run.id)
            .where('state', '=', 'queued')
            .executeTakeFirst();
          if (stillQueued) await stopQueued(trx, run);
        }
        const open = await trx
          .selectFrom('runs')
          .select('id')
          .where('task_id', '=', taskId)
          .where('state', 'in', ['queued', 'running'])
          .limit(1)
          .executeTakeFirst();
        if (task) {
          await changeTask(
            trx,
            now,
            { id: taskId, userId: actor.userId },
            {
              status: open ? 'running' : 'idle',
            },
          );
        }
        return runs.map((run) => run.id);
      });
    },

    /** Queues another run for the message that `parentRunId` answered; idempotent by `requestId`. */
    requestAgain(
      actor: Owner,
      taskId: string,
      request: { requestId: string; mode: 'retry' | 'continue'; parentRunId: string },
    ): Promise<Requested> {
      return transaction(async (trx) => {
        const task = await lockTask(trx, taskId);
        if (task?.user_id !== actor.userId) return { outcome: 'unknown' };
        const runs = trx.selectFrom('runs').selectAll().where('task_id', '=', taskId);
        const known = await runs.where('request_id', '=', request.requestId).executeTakeFirst();
        if (known) {
          return known.mode === request.mode && known.parent_run_id === request.parentRunId
            ? { outcome: 'repeated', runId: known.id, messageId: known.input_message_id }
            : { outcome: 'reused' };
        }
        const parent = await runs.where('id', '=', request.parentRunId).executeTakeFirst();
        if (!parent) return { outcome: 'unknown' };
        if (parent.state === 'queued' || parent.state === 'running') {
          return { outcome: 'not_repeatable', state: parent.state };
        }
        const runId = randomUUID();
        await trx
          .insertInto('runs')
          .values({
            id: runId,
            task_id: taskId,
            user_id: actor.userId,
            turn: parent.turn,
            input_message_id: parent.input_message_id,
            message_id: null,
            request_id: request.requestId,
            mode: request.mode,
            parent_run_id: parent.id,
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
        if (request.mode === 'retry') {
          await trx
            .updateTable('messages')
            .set({ superseded: 1 })
            .where('task_id', '=', taskId)
            .where('turn', '=', parent.turn)
            .where('role', '=', 'assistant')
            .execute();
        }
        await changeTask(
          trx,
          now,
          { id: taskId, userId: actor.userId },
          {
            status: 'running',
            updated_at: now,
          },
        );
        return { outcome: 'accepted', runId, messageId: parent.input_message_id };
      });
    },

    /** The conversation an engine answers: the newest messages up to the run's turn but its own answer. */
    async conversation(run: OwnedRun): Promise<Pick<Message, 'role' | 'parts'>[]> {
      const rows = await query
        .selectFrom('messages')
        .selectAll()
        .where('task_id', '=', run.taskId)
        .where('user_id', '=', run.userId)
        .where('turn', '<=', run.turn)
        .where('id', '!=', run.messageId)
        .where('superseded', '=', 0)
        .where('status', '!=', 'queued')
        .orderBy('turn', 'desc')
        .orderBy('position', 'desc')
        .limit(CONVERSATION_MAX)
        .execute();
      return rows.reverse().map(toMessage);
    },
  };
}

export type RunStore = ReturnType<typeof createRunStore>;
