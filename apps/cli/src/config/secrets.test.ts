import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { weakSecret } from '@zcbot/config';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readOrMakeSecrets } from './secrets.ts';

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'zcbot-secrets-'));
  folder = path.join(parent, 'data');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const mode = async (place: string) => (await stat(place)).mode & 0o777;

test('secrets are made once, strong and different, readable by the owner only', async () => {
  const made = await readOrMakeSecrets(folder);
  expect(weakSecret(made.PLATFORM_KEY)).toBeNull();
  expect(weakSecret(made.JWT_SECRET)).toBeNull();
  expect(made.JWT_SECRET).not.toBe(made.PLATFORM_KEY);
  expect(await readdir(folder)).toEqual(['secrets.json']);
  if (process.platform !== 'win32') {
    expect(await mode(folder)).toBe(0o700);
    expect(await mode(path.join(folder, 'secrets.json'))).toBe(0o600);
  }
  expect(await readOrMakeSecrets(folder)).toEqual(made);
});

test.each(['', '{', '{"PLATFORM_KEY":"x"}', 'null'])(
  'a damaged file (%j) is never overwritten',
  async (content) => {
    await readOrMakeSecrets(folder);
    const file = path.join(folder, 'secrets.json');
    await writeFile(file, content);
    await expect(readOrMakeSecrets(folder)).rejects.toThrow('Restore it from a backup');
    expect(await readFile(file, 'utf8')).toBe(content);
  },
);
