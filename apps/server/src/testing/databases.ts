/** For tests: the two databases every store contract runs on. Each call gives an empty one. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase, type Database, type DatabaseLocation } from '../database/database.ts';

export interface TestDatabase {
  location: DatabaseLocation;
  database: Database;
  /** A second connection to the same database, as another server would have it. */
  openAnother(): Promise<Database>;
  close(): Promise<void>;
}

export const databaseKinds = [
  { kind: 'sqlite', open: openSqlite },
  { kind: 'postgres', open: openPostgres },
] as const;

async function openSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'zcbot-test-'));
  return opened({ kind: 'sqlite', path: join(folder, 'zcbot.sqlite') }, () =>
    rm(folder, { recursive: true }),
  );
}

async function openPostgres(): Promise<TestDatabase> {
  const { url, drop } = await createPostgresDatabase();
  return opened({ kind: 'postgres', url }, drop);
}

/** A fresh database in the PostgreSQL of this test run. */
export async function createPostgresDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = process.env.ZCBOT_TEST_DATABASE_URL;
  if (!server)
    throw new Error('ZCBOT_TEST_DATABASE_URL is not set; run by vitest, which sets it up');
  const name = `zcbot_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => administer(server, `drop database ${name} with (force)`),
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function opened(
  location: DatabaseLocation,
  dispose: () => Promise<void>,
): Promise<TestDatabase> {
  const database = await openDatabase(location);
  const others: Database[] = [];
  return {
    location,
    database,
    async openAnother() {
      const other = await openDatabase(location);
      others.push(other);
      return other;
    },
    async close() {
      for (const one of [database, ...others]) await one.close();
      await dispose();
    },
  };
}
