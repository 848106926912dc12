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

export class DataFolderError extends Error {
  constructor(folder: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `The data folder ${folder} cannot be used: ${reason}. Give the user that runs zcbot the ` +
        'right to write there, or choose another folder with ZCBOT_DATA_DIR.',
      { cause },
    );
    this.name = 'DataFolderError';
  }
}

/** SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;

/**
 * @returns how to let the lock go
 * @throws DatabaseInUseError when another server holds it
 * @throws DataFolderError when the lock file cannot be made
 */
export function lockSqlite(databasePath: string): () => void {
  const folder = dirname(databasePath);
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(`${databasePath}.lock`);
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    const busy = (error as { errcode?: number }).errcode === BUSY;
    throw busy ? new DatabaseInUseError(databasePath) : new DataFolderError(folder, error);
  }
  const held = lock;
  return () => held.close();
}
