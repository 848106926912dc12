import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DatabaseInUseError, DataFolderError, lockSqlite } from './server-lock.ts';

const path = () => join(mkdtempSync(join(tmpdir(), 'zcbot-lock-')), 'zcbot.sqlite');

test('a second server on the same database is refused until the first lets go', () => {
  const database = path();
  const unlock = lockSqlite(database);
  expect(() => lockSqlite(database)).toThrow(DatabaseInUseError);
  unlock();
  lockSqlite(database)();
});

test('a server that was killed leaves no lock behind', async () => {
  const database = path();
  const module = new URL('./server-lock.ts', import.meta.url).href;
  const holder = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `const { lockSqlite } = await import(${JSON.stringify(module)});
     lockSqlite(${JSON.stringify(database)}); console.log('locked'); setInterval(() => {}, 1000);`,
  ]);
  await once(holder.stdout, 'data');
  expect(() => lockSqlite(database)).toThrow(DatabaseInUseError);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  lockSqlite(database)();
});

test('a data folder that cannot be one is named, with the remedy', () => {
  const file = path();
  writeFileSync(file, 'not a folder');
  expect(() => lockSqlite(join(file, 'zcbot.sqlite'))).toThrow(DataFolderError);
  expect(() => lockSqlite(join(file, 'zcbot.sqlite'))).toThrow('ZCBOT_DATA_DIR');
});
