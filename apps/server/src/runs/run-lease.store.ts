/**
 * Who works on a run. A run is claimed with a lease; every claim raises its epoch, so that a former
 * owner that wakes up late finds itself fenced off and writes nothing.
 *
 *   queued ──claim──▶ running ──finish──▶ completed | stopped | interrupted | failed
 *                        └─ lease expired ──takeOver──▶ running, next epoch
 */
import { randomUUID } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import type { Part, TerminalEvent } from '@zcbot/protocol/run-events';
import type { Database } from '../database/database.ts';
import type { RunTable } from '../database/schema.ts';
import { changeTask, lockTask } from '../tasks/task-change.ts';
import { insertEvents, type LoggedEvent } from './event-log.store.ts';

export interface OwnedRun {
  id: string;
  taskId: string;
  userId: string;
  turn: number;
  messageId: string;
  mode: RunTable['mode'];
  parentRunId: string | null;
  engine: string;
  epoch: number;
  headSeq: number;
  /** Parsed JSON, or undefined when the engine has given none. */
  providerRef: unknown;
  stopRequested: boolean;
}

export interface Ending {
  terminal: TerminalEvent;
  /** Events not yet in the log, the terminal one last. */
  events: readonly LoggedEvent[];
  parts: readonly Part[];
}

export function createRunLeaseStore(database: Database, leaseMs: number) {
  const { query, now, transaction } = database;
  const leaseEnd = sql<number>`${now} + ${sql.lit(leaseMs)}`;

  return {
    /**
     * Starts the task's next queued run unless one is running. The answer's message and
     * `run.started` (seq 1) are written with it.
     */
    claimNext(owner: string, taskId: string): Promise<OwnedRun | undefined> {
      return transaction(async (trx) => {
        const task = await lockTask(trx, taskId);
        if (!task) return undefined;
        const open = await trx
          .selectFrom('runs')
          .selectAll()
          .where('task_id', '=', taskId)
          .where('state', 'in', ['queued', 'running'])
          .orderBy('created_at')
          .orderBy('turn')
          .execute();
        const next = open[0];
        if (!next || open.some((run) => run.state === 'running')) return undefined;

        const messageId = randomUUID();
        const row = await trx
          .updateTable('runs')
          .set((eb) => ({
            state: 'running' as const,
            owner,
            epoch: eb('epoch', '+', 1),
            lease_until: leaseEnd,
            message_id: messageId,
            head_seq: 1,
          }))
          .where('id', '=', next.id)
          .returningAll()
          .executeTakeFirstOrThrow();
        const started = { type: 'run.started', message_id: messageId, engine: row.engine } as const;
        await insertEvents(database, trx, [
          { runId: row.id, events: [{ seq: 1, event: started }] },
        ]);
        await trx
          .updateTable('messages')
          .set({ status: 'complete' })
          .where('task_id', '=', taskId)
          .where('id', '=', row.input_message_id)
          .execute();
        await trx
          .insertInto('messages')
          .values({
            task_id: taskId,
            id: messageId,
            user_id: task.user_id,
            role: 'assistant',
            turn: row.turn,
            position: task.next_position,
            run_id: row.id,
            status: 'streaming',
            parts: '[]',
            text: '',
            body_hash: null,
            error_code: null,
            error_message: null,
            superseded: 0,
            created_at: now,
          })
          .execute();
        await changeTask(
          trx,
          now,
          { id: taskId, userId: task.user_id },
          {
            status: 'running',
            next_position: task.next_position + 1,
          },
        );
        return toOwned(row);
      });
    },

    /**
     * Takes over runs whose owner let the lease lapse; with `all`, every running one (only right
     * when no other server can be alive).
     */
    async takeOver(owner: string, which: 'lapsed' | 'all'): Promise<OwnedRun[]> {
      let update = query
        .updateTable('runs')
        .set((eb) => ({ owner, epoch: eb('epoch', '+', 1), lease_until: leaseEnd }))
        .where('state', '=', 'running')
        .where('owner', '!=', owner);
      if (which === 'lapsed') update = update.where('lease_until', '<', now);
      const rows = await update.returningAll().execute();
      return rows.map(toOwned);
    },

    /** Renews the leases of runs that write nothing. @returns the ids this owner no longer has. */
    async renew(owner: string, runs: readonly { id: string; epoch: number }[]): Promise<string[]> {
      if (runs.length === 0) return [];
      const rows = runs.map(({ id, epoch }) => ({ run_id: id, epoch }));
      const given = database.rows({ run_id: 'text', epoch: 'bigint' }, rows);
      const { rows: kept } = await sql<{ id: string }>`
        update runs set lease_until = ${leaseEnd} from ${given} as given
        where runs.id = given.run_id and runs.epoch = given.epoch
          and runs.owner = ${owner} and runs.state = 'running'
        returning runs.id`.execute(query);
      const mine = new Set(kept.map((row) => row.id));
      return runs.filter((run) => !mine.has(run.id)).map((run) => run.id);
    },

    /** Lets others take the runs over at once. */
    async release(owner: string): Promise<void> {
      await query
        .updateTable('runs')
        .set({ lease_until: 0 })
        .where('state', '=', 'running')
        .where('owner', '=', owner)
        .execute();
    },

    /** Ends the run: last events, the answer's parts, the task's status. False when fenced. */
    finish(owner: string, run: OwnedRun, ending: Ending): Promise<boolean> {
      const { terminal } = ending;
      const state = terminalState(terminal);
      return transaction(async (trx) => {
        await trx
          .updateTable('tasks')
          .set((eb) => ({ next_turn: eb.ref('next_turn') }))
          .where('id', '=', run.taskId)
          .execute();
        const ended = await trx
          .updateTable('runs')
          .set({ state, head_seq: ending.events.at(-1)!.seq, ended_at: now, lease_until: 0 })
          .where('id', '=', run.id)
          .where('owner', '=', owner)
          .where('epoch', '=', run.epoch)
          .where('state', '=', 'running')
          .executeTakeFirst();
        if (ended.numUpdatedRows === 0n) return false;
        await insertEvents(database, trx, [{ runId: run.id, events: ending.events }]);
        const message = await trx
          .updateTable('messages')
          .set({
            status: state === 'completed' ? 'complete' : state,
            parts: JSON.stringify(ending.parts),
            text: plainText(ending.parts),
            error_code: terminal.type === 'run.failed' ? terminal.code : null,
            error_message: terminal.type === 'run.failed' ? terminal.message : null,
          })
          .where('task_id', '=', run.taskId)
          .where('id', '=', run.messageId)
          .returning('position')
          .executeTakeFirstOrThrow();
        const queued = await trx
          .selectFrom('runs')
          .select('id')
          .where('task_id', '=', run.taskId)
          .where('state', '=', 'queued')
          .limit(1)
          .executeTakeFirst();
        await changeTask(
          trx,
          now,
          { id: run.taskId, userId: run.userId },
          {
            status: queued ? 'running' : 'idle',
            answered_position: message.position,
            updated_at: now,
          },
        );
        return true;
      });
    },

    /** Tasks in which a queued run waits and none is running. */
    async tasksToStart(limit: number): Promise<string[]> {
      const rows = await query
        .selectFrom('runs as queued')
        .innerJoin('tasks', 'tasks.id', 'queued.task_id')
        .select('queued.task_id')
        .distinct()
        .where('queued.state', '=', 'queued')
        .where('tasks.deleted_at', 'is', null)
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('runs as live')
                .select('live.id')
                .whereRef('live.task_id', '=', 'queued.task_id')
                .where('live.state', '=', 'running'),
            ),
          ),
        )
        .limit(limit)
        .execute();
      return rows.map((row) => row.task_id);
    },
  };
}

export type RunLeaseStore = ReturnType<typeof createRunLeaseStore>;

export function terminalState(terminal: TerminalEvent) {
  return terminal.type.slice('run.'.length) as 'completed' | 'stopped' | 'interrupted' | 'failed';
}

function plainText(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function toOwned(row: Selectable<RunTable>): OwnedRun {
  return {
    id: row.id,
    taskId: row.task_id,
    userId: row.user_id,
    turn: row.turn,
    messageId: row.message_id!,
    mode: row.mode,
    parentRunId: row.parent_run_id,
    engine: row.engine,
    epoch: row.epoch,
    headSeq: row.head_seq,
    providerRef: row.provider_ref === null ? undefined : JSON.parse(row.provider_ref),
    stopRequested: row.stop_requested_at !== null,
  };
}
