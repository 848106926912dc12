import { sql } from 'kysely';
import type { Database } from '../database/database.ts';

export function createHealthStore({ query }: Database) {
  return {
    /** Rejects when the database does not answer. */
    async ping(): Promise<void> {
      await sql`select 1`.execute(query);
    },
  };
}

export type HealthStore = ReturnType<typeof createHealthStore>;
