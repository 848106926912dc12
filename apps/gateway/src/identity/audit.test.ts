import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAudit } from './audit.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'zcbot-audit-'))));
afterEach(() => rm(folder, { recursive: true }));

const session = (name: string) => ({
  caller: { kind: 'install' as const, id: 'one' },
  name,
  sessionName: name,
});
const lines = async (): Promise<{ session: string }[]> =>
  (await readFile(join(folder, 'coze-audit.log'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { session: string });

test('a line is in the file when its promise resolves, in order, whole, once', async () => {
  const audit = createAudit(folder);
  const names = Array.from({ length: 300 }, (_, index) => `session-${index}`);
  await Promise.all(
    names.map(async (name) => {
      await audit.tokenIssued(session(name), 1, 'broker');
      expect((await lines()).map((line) => line.session)).toContain(name);
    }),
  );
  expect((await lines()).map((line) => line.session)).toEqual(names);
});

test('a write that fails rejects every line in it, and the next one is tried anew', async () => {
  const missing = join(folder, 'missing');
  const audit = createAudit(missing);
  const results = await Promise.allSettled(
    ['a', 'b', 'c'].map((name) => audit.tokenIssued(session(name), 1, 'broker')),
  );
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await mkdir(missing);
  await audit.tokenIssued(session('d'), 1, 'broker');
  expect(await readFile(join(missing, 'coze-audit.log'), 'utf8')).toContain('"d"');
});
