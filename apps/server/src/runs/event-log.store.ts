/**
 * The event log: the only truth about a run. Written by the run's owner alone, which every write
 * proves by its epoch (fencing); read by anybody with a cursor.
 */
import { sql, type Transaction } from 'kysely';
import { emptyFold, fold, type Folded } from '@zcbot/protocol/fold';
import type { Part, RunEvent, SnapshotEvent } from '@zcbot/protocol/run-events';
import type { Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';

export interface LoggedEvent {
  seq: number;
  event: RunEvent;
}

export interface Append {
  runId: string;
  epoch: number;
  /** Without holes, the first following the run's head. */
  events: readonly LoggedEvent[];
  /** JSON; stored when given. */
  providerRef?: string;
}

export interface ReadBatch {
  /** Stands for everything before `events` that is no longer in the log. */
  snapshot?: SnapshotEvent;
  events: LoggedEvent[];
}

const READ_LIMIT = 500;

export function createEventLogStore(database: Database, leaseMs: number) {
  const { query, now, transaction } = database;

  async function read(runId: string, after: number, limit: number): Promise<LoggedEvent[]> {
    const rows = await query
      .selectFrom('run_events')
      .select(['seq', 'type', 'data'])
      .where('run_id', '=', runId)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ seq: row.seq, event: parseEvent(row.type, row.data) }));
  }

  return {
    /**
     * Appends for many runs in one commit and renews their leases with it.
     * @returns the ids of runs that this owner no longer has; nothing was written for them.
     */
    append(owner: string, appends: readonly Append[]): Promise<Set<string>> {
      return transaction(async (trx) => {
        const heads = appends.map((append) => ({
          run_id: append.runId,
          epoch: append.epoch,
          head: append.events.at(-1)?.seq ?? 0,
        }));
        const given = database.rows({ run_id: 'text', epoch: 'bigint', head: 'bigint' }, heads);
        const { rows: owned } = await sql<{ id: string }>`
          update runs
          set head_seq = case when given.head > runs.head_seq then given.head else runs.head_seq end,
              lease_until = ${now} + ${sql.lit(leaseMs)}
          from ${given} as given
          where runs.id = given.run_id and runs.epoch = given.epoch
            and runs.owner = ${owner} and runs.state = 'running'
          returning runs.id`.execute(trx);
        const mine = new Set(owned.map((row) => row.id));
        const kept = appends.filter((append) => mine.has(append.runId));
        await insertEvents(database, trx, kept);
        for (const { runId, providerRef } of kept) {
          if (providerRef === undefined) continue;
          await trx
            .updateTable('runs')
            .set({ provider_ref: providerRef })
            .where('id', '=', runId)
            .execute();
        }
        return new Set(appends.map((append) => append.runId).filter((id) => !mine.has(id)));
      });
    },

    /** Events after the cursor, oldest first; a snapshot before them where the log no longer has all. */
    async readAfter(runId: string, after: number): Promise<ReadBatch> {
      const events = await read(runId, after, READ_LIMIT);
      const first = events[0];
      if (!first || first.seq === after + 1) return { events };
      const parts = await storedParts(database, runId);
      return { snapshot: { type: 'snapshot', seq: first.seq - 1, parts }, events };
    },

    /** The whole run folded to the parts of its answer. */
    async foldRun(runId: string): Promise<Folded> {
      const folded = emptyFold();
      for (;;) {
        const { snapshot, events } = await this.readAfter(runId, folded.seq);
        if (snapshot) fold(folded, snapshot.seq, snapshot);
        for (const { seq, event } of events) fold(folded, seq, event);
        if (events.length < READ_LIMIT) return folded;
      }
    },

    /**
     * Drops the deltas of runs that ended before `endedBefore` (epoch milliseconds); the last event
     * stays. At most `limit` runs. @returns how many runs were folded away.
     */
    foldAway(ageMs: number, limit: number): Promise<number> {
      return transaction(async (trx) => {
        const runs = await trx
          .selectFrom('runs')
          .select(['id', 'head_seq'])
          .where('ended_at', '<', sql<number>`${now} - ${sql.lit(ageMs)}`)
          .whereRef('first_seq', '<', 'head_seq')
          .orderBy('ended_at')
          .limit(limit)
          .execute();
        for (const run of runs) {
          await trx
            .deleteFrom('run_events')
            .where('run_id', '=', run.id)
            .where('seq', '<', run.head_seq)
            .execute();
          await trx
            .updateTable('runs')
            .set({ first_seq: run.head_seq })
            .where('id', '=', run.id)
            .execute();
        }
        return runs.length;
      });
    },
  };
}

export type EventLogStore = ReturnType<typeof createEventLogStore>;

export async function insertEvents(
  database: Database,
  trx: Transaction<Schema>,
  appends: readonly Pick<Append, 'runId' | 'events'>[],
): Promise<void> {
  const rows = appends.flatMap(({ runId, events }) =>
    events.map(({ seq, event: { type, ...data } }) => ({
      run_id: runId,
      seq,
      type,
      data: JSON.stringify(data),
    })),
  );
  if (rows.length === 0) return;
  // A commit whose answer was lost is sent again, so an event that is there already stays.
  const columns = { run_id: 'text', seq: 'bigint', type: 'text', data: 'text' } as const;
  await sql`
    insert into run_events (run_id, seq, type, data, at)
    select run_id, seq, type, data, ${database.now} from ${database.rows(columns, rows)} as given
    where true on conflict do nothing`.execute(trx);
}

function parseEvent(type: string, data: string): RunEvent {
  return { type, ...(JSON.parse(data) as object) } as RunEvent;
}

async function storedParts({ query }: Database, runId: string): Promise<Part[]> {
  const row = await query
    .selectFrom('runs')
    .innerJoin('messages', (join) =>
      join
        .onRef('messages.task_id', '=', 'runs.task_id')
        .onRef('messages.id', '=', 'runs.message_id'),
    )
    .select('messages.parts')
    .where('runs.id', '=', runId)
    .executeTakeFirst();
  return row ? (JSON.parse(row.parts) as Part[]) : [];
}
