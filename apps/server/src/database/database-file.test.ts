import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';

// Windows has no such bits.
test.skipIf(process.platform === 'win32')(
  'a new SQLite database is private, even in a folder that is open to others',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'zcbot-database-'));
    chmodSync(folder, 0o755);
    const database = await openDatabase({ kind: 'sqlite', path: join(folder, 'zcbot.sqlite') });
    try {
      const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
      expect(modes).toEqual([0o600, 0o600, 0o600]);
    } finally {
      await database.close();
      rmSync(folder, { recursive: true });
    }
  },
);
