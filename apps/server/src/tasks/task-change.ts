/**
 * Every change of a task takes the next number of its user's change counter. A tab's stream is a
 * cursor over those numbers: whoever reads "all tasks above n" misses none and needs no second log.
 */
import type { Transaction, UpdateObject } from 'kysely';
import type { Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';

type TaskColumns = UpdateObject<Schema, 'tasks', 'tasks'>;

export async function nextChange(
  transaction: Transaction<Schema>,
  now: Database['now'],
  userId: string,
): Promise<number> {
  const { change_seq } = await transaction
    .updateTable('users')
    .set((eb) => ({ change_seq: eb('change_seq', '+', 1), changed_at: now }))
    .where('id', '=', userId)
    .returning('change_seq')
    .executeTakeFirstOrThrow();
  return change_seq;
}

/** Writes `columns` to the task and numbers the change. Lock order everywhere: task, run, user. */
export async function changeTask(
  transaction: Transaction<Schema>,
  now: Database['now'],
  task: { id: string; userId: string },
  columns: TaskColumns,
): Promise<void> {
  const changeSeq = await nextChange(transaction, now, task.userId);
  await transaction
    .updateTable('tasks')
    .set({ ...columns, change_seq: changeSeq })
    .where('id', '=', task.id)
    .execute();
}

/** Locks the task's row until the transaction ends (an update that changes nothing works on both databases). */
export function lockTask(transaction: Transaction<Schema>, taskId: string) {
  return transaction
    .updateTable('tasks')
    .set((eb) => ({ next_turn: eb.ref('next_turn') }))
    .where('id', '=', taskId)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}
