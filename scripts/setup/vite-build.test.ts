import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CONSOLE, fingerprintOf, USERSCRIPT } from './vite-build.mjs';

let root: string;

async function write(file: string, text: string): Promise<void> {
  const place = path.join(root, file);
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, text);
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'zcbot-setup-'));
  await write('apps/console/src/main.tsx', 'one');
  await write('packages/protocol/src/http.ts', 'two');
  await write('package-lock.json', 'three');
});
afterEach(() => rm(root, { recursive: true, force: true }));

test.each([
  ['a source', 'apps/console/src/main.tsx'],
  ['a new source', 'apps/console/src/new.tsx'],
  ['the wire protocol', 'packages/protocol/src/http.ts'],
  ['the locked dependencies', 'package-lock.json'],
])('%s changes the fingerprint, so the console is built again', async (_, file) => {
  const before = await fingerprintOf(root, CONSOLE);
  await write(file, 'changed');
  expect(await fingerprintOf(root, CONSOLE)).not.toBe(before);
});

test.each(['apps/console/dist/index.html', 'apps/console/src/main.test.tsx', 'apps/server/a.ts'])(
  '%s does not',
  async (file) => {
    const before = await fingerprintOf(root, CONSOLE);
    await write(file, 'changed');
    expect(await fingerprintOf(root, CONSOLE)).toBe(before);
  },
);

test('moving text from one file to another is a change', async () => {
  await write('apps/console/src/a.ts', 'x');
  await write('apps/console/src/b.ts', 'y');
  const before = await fingerprintOf(root, CONSOLE);
  await write('apps/console/src/a.ts', 'y');
  await write('apps/console/src/b.ts', 'x');
  expect(await fingerprintOf(root, CONSOLE)).not.toBe(before);
});

test('the userscript is built again for its own sources and the Coze package, not for the console', async () => {
  const before = await fingerprintOf(root, USERSCRIPT);
  await write('apps/console/src/main.tsx', 'changed');
  expect(await fingerprintOf(root, USERSCRIPT)).toBe(before);
  await write('packages/coze/src/endpoints.ts', 'changed');
  const afterCoze = await fingerprintOf(root, USERSCRIPT);
  expect(afterCoze).not.toBe(before);
  await write('apps/userscript/src/main.ts', 'changed');
  expect(await fingerprintOf(root, USERSCRIPT)).not.toBe(afterCoze);
});
