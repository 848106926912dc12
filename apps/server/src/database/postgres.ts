/** Kysely on PostgreSQL. int8 comes back as a number; values past 2^53 are refused, not rounded. */
import { PostgresDialect, type Dialect } from 'kysely';
import pg from 'pg';

const INT8 = 20;

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === INT8
      ? safeInteger
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`${text} does not fit into a safe integer`);
  return value;
}

/** `application_name` is shown in pg_stat_activity. A lost idle connection is replaced, not thrown. */
export function postgresPool(url: string, onIdleError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    application_name: 'zcbot',
    connectionTimeoutMillis: 5_000,
    types,
  });
  pool.on('error', onIdleError);
  return pool;
}

export function postgresDialect(pool: pg.Pool): Dialect {
  return new PostgresDialect({ pool });
}
