/**
 * Vitest's global set-up: one real PostgreSQL for the run, its address in ZCBOT_TEST_DATABASE_URL.
 * Every test file makes a schema or database of its own in it. `DATABASE_URL` is used where given.
 */
import { startPostgres } from './start-postgres.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const given = process.env.ZCBOT_TEST_DATABASE_URL || process.env.DATABASE_URL;
  if (given) {
    process.env.ZCBOT_TEST_DATABASE_URL = given;
    return async () => {};
  }
  const postgres = await startPostgres();
  process.env.ZCBOT_TEST_DATABASE_URL = postgres.url;
  return postgres.stop;
}
