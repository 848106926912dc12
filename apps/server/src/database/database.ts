/** Opens the database, brings its schema up to date, and hands out the few things stores need. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, sql, type RawBuilder, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import type pg from 'pg';
import { migrations } from './migrations/index.ts';
import type { Schema } from './schema.ts';
import { sqliteDialect } from './sqlite.ts';

export interface Database {
  readonly kind: 'sqlite' | 'postgres';
  readonly query: Kysely<Schema>;
  /** Epoch milliseconds by the database's clock: the only one that several servers share. */
  readonly now: RawBuilder<number>;
  /** Present on PostgreSQL, for LISTEN. */
  readonly pool?: pg.Pool;
  /**
   * A table made of rows given as one parameter per statement, so that its SQL text, and with it
   * the prepared statement, does not depend on how many rows there are.
   */
  rows<T extends Record<string, string | number>>(
    columns: { [K in keyof T]: 'text' | 'bigint' },
    rows: readonly T[],
  ): RawBuilder<T>;
  /** Runs `work` in a transaction; on PostgreSQL again, up to three times, when it was a deadlock's victim. */
  transaction<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type DatabaseLocation = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string };

/** @throws when the database cannot be opened or a migration fails; nothing is half migrated. */
export async function openDatabase(
  location: DatabaseLocation,
  onIdleError: (error: Error) => void = () => {},
): Promise<Database> {
  const database =
    location.kind === 'sqlite'
      ? openSqlite(location.path)
      : await openPostgres(location.url, onIdleError);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function openSqlite(path: string): Database {
  if (path !== ':memory:') {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // The folder may be there already and open to others; SQLite gives its -wal and -shm the mode
    // of the database (https://www.sqlite.org/wal.html), which holds what people wrote.
    closeSync(openSync(path, 'a', 0o600));
  }
  const query = new Kysely<Schema>({ dialect: sqliteDialect(path) });
  return {
    kind: 'sqlite',
    query,
    now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
    rows: (columns, rows) => {
      const names = Object.keys(columns);
      const json = JSON.stringify(rows.map((row) => names.map((name) => row[name])));
      const picked = names.map((name, i) => sql`value ->> ${sql.lit(i)} as ${sql.ref(name)}`);
      return sql`(select ${sql.join(picked)} from json_each(${json}))`;
    },
    transaction: (work) => query.transaction().execute(work),
    close: () => query.destroy(),
  };
}

/** The driver is loaded only where it is used: it would cost every SQLite server 10 MiB. */
async function openPostgres(url: string, onIdleError: (error: Error) => void): Promise<Database> {
  const { postgresDialect, postgresPool } = await import('./postgres.ts');
  const pool = postgresPool(url, onIdleError);
  const query = new Kysely<Schema>({ dialect: postgresDialect(pool) });
  return {
    kind: 'postgres',
    query,
    now: sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`,
    rows: (columns, rows) => {
      const entries = Object.entries(columns);
      const arrays = entries.map(
        ([name, type]) => sql`cast(${rows.map((row) => row[name])} as ${sql.raw(type)}[])`,
      );
      const names = entries.map(([name]) => sql.ref(name));
      return sql`(select * from unnest(${sql.join(arrays)}) as given(${sql.join(names)}))`;
    },
    pool,
    transaction: (work) => retryDeadlock(() => query.transaction().execute(work)),
    close: () => query.destroy(),
  };
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: class 40, transaction rollback */
const RETRYABLE = new Set(['40001', '40P01']);

async function retryDeadlock<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (tries >= 3 || typeof code !== 'string' || !RETRYABLE.has(code)) throw error;
    }
  }
}

async function migrate(database: Database): Promise<void> {
  const migrator = new Migrator({
    db: database.query,
    provider: { getMigrations: () => Promise.resolve(migrations(database.kind)) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(`migration ${failed ?? '(unknown)'} failed`, { cause: error });
  }
}
