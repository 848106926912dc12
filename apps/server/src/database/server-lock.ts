/**
 * One server at a time on one SQLite database: a second one would take the first one's runs for
 * abandoned. The lock is an exclusive transaction on a file of its own, which the operating system
 * lets go when the process dies, however it dies.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export class DatabaseInUseError extends Error {
  constructor(path: string) {
    super(
      `Another zcbot server uses the database ${path}. Stop it first, give this one its own ` +
        'ZCBOT_DATA_DIR, or use PostgreSQL (DATABASE_URL) to run several.',
    );
    this.name = 'DatabaseInUseError';
  }
}

/** @throws DatabaseInUseError when another server holds the lock. @returns how to let it go. */
export function lockSqlite(databasePath: string): () => void {
  mkdirSync(dirname(databasePath), { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(`${databasePath}.lock`);
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw (error as { errcode?: number }).errcode === 5
      ? new DatabaseInUseError(databasePath)
      : error;
  }
  return () => lock.close();
}
