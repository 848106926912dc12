import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { databaseKinds, type TestDatabase } from '../testing/databases.ts';
import type { Database } from './database.ts';

describe.each(databaseKinds)('the database contract on $kind', ({ open }) => {
  let opened: TestDatabase;
  let database: Database;
  beforeEach(async () => {
    opened = await open();
    database = opened.database;
  });
  afterEach(() => opened.close());

  const addUser = (id: string, values: { email?: string; created_at?: number } = {}) =>
    database.query
      .insertInto('users')
      .values({
        id,
        email: null,
        name: null,
        password_hash: null,
        changed_at: 0,
        created_at: 0,
        ...values,
      })
      .execute();

  test('integers past 32 bits come back as the same number', async () => {
    await addUser('a', { created_at: Number.MAX_SAFE_INTEGER });
    const row = await database.query
      .selectFrom('users')
      .select('created_at')
      .executeTakeFirstOrThrow();
    expect(row.created_at).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('integers past 2^53 are refused, never rounded', async () => {
    await expect(
      sql`select cast(9007199254740993 as bigint) as value`.execute(database.query),
    ).rejects.toThrow();
  });

  test('count is a number', async () => {
    await addUser('a');
    await addUser('b');
    const row = await database.query
      .selectFrom('users')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(row.count).toBe(2);
  });

  test('a Date given first and a boolean are stored as numbers, not as NULL', async () => {
    const when = new Date(1_700_000_000_123);
    const { rows } = await sql<{ at: unknown; yes: unknown }>`
      select cast(${when.getTime()} as bigint) as at, case when ${true} then 1 else 0 end as yes`.execute(
      database.query,
    );
    expect(rows).toEqual([{ at: 1_700_000_000_123, yes: 1 }]);
  });

  test('undefined is stored as NULL', async () => {
    const { rows } = await sql<{
      value: unknown;
    }>`select cast(${undefined} as text) as value`.execute(database.query);
    expect(rows).toEqual([{ value: null }]);
  });

  test('JSON text comes back to the letter, whatever Unicode it holds', async () => {
    const text = JSON.stringify({ zh: '扣子', emoji: '👩‍👩‍👧', escape: '\u0000\u2028"\\' });
    await database.query
      .insertInto('rate_limits')
      .values({ bucket: text, failures: 1, resets_at: 0 })
      .execute();
    const row = await database.query
      .selectFrom('rate_limits')
      .select('bucket')
      .executeTakeFirstOrThrow();
    expect(row.bucket).toBe(text);
  });

  test('the clock is epoch milliseconds close to this machine’s', async () => {
    const { rows } = await sql<{ now: number }>`select ${database.now} as now`.execute(
      database.query,
    );
    expect(Math.abs(rows[0]!.now - Date.now())).toBeLessThan(5_000);
  });

  test('rows given as one parameter keep order, types and special characters', async () => {
    const given = [
      { name: 'it’s "quoted", {braced} \\ and 中文', value: 2 ** 40 },
      { name: 'NULL', value: -1 },
      { name: '', value: 0 },
    ];
    const table = database.rows({ name: 'text', value: 'bigint' }, given);
    const { rows } = await sql`select name, value from ${table} as given`.execute(database.query);
    expect(rows).toEqual(given);
  });

  test('a failed transaction leaves nothing behind, and the next one works', async () => {
    const failing = database.transaction(async (trx) => {
      await trx
        .insertInto('rate_limits')
        .values({ bucket: 'x', failures: 1, resets_at: 0 })
        .execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await database.transaction((trx) =>
      trx.insertInto('rate_limits').values({ bucket: 'y', failures: 1, resets_at: 0 }).execute(),
    );
    const rows = await database.query.selectFrom('rate_limits').select('bucket').execute();
    expect(rows).toEqual([{ bucket: 'y' }]);
  });

  test('transactions started at once do not mix', async () => {
    await addUser('a');
    await Promise.all(
      Array.from({ length: 50 }, () =>
        database.transaction(async (trx) => {
          const { change_seq } = await trx
            .updateTable('users')
            .set((eb) => ({ change_seq: eb('change_seq', '+', 1) }))
            .returning('change_seq')
            .executeTakeFirstOrThrow();
          await trx
            .insertInto('rate_limits')
            .values({ bucket: `n${change_seq}`, failures: 0, resets_at: 0 })
            .execute();
        }),
      ),
    );
    const rows = await database.query.selectFrom('rate_limits').select('bucket').execute();
    expect(new Set(rows.map((row) => row.bucket)).size).toBe(50);
  });

  test('opening it again migrates nothing and keeps the data', async () => {
    await addUser('kept');
    const other = await opened.openAnother();
    const row = await other.query.selectFrom('users').select('id').executeTakeFirstOrThrow();
    expect(row.id).toBe('kept');
  });
});
