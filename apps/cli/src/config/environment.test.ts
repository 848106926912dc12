import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromProjectRoot, PROJECT_ROOT, readEnvironment } from './environment.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'zcbot-env-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('.env completes the environment and never overrides it, not even an empty variable', async () => {
  await writeFile(path.join(root, '.env'), 'A=file\nB="file with space"\nC=file\n# D=no\n');
  const environment = { A: 'process', C: '' };
  expect(await readEnvironment(environment, root)).toEqual({
    A: 'process',
    B: 'file with space',
    C: '',
  });
  expect(environment).toEqual({ A: 'process', C: '' });
});

test('without .env the environment stands alone', async () => {
  expect(await readEnvironment({ A: 'process' }, root)).toEqual({ A: 'process' });
});

test('a .env that cannot be read is an error, not an empty configuration', async () => {
  await mkdir(path.join(root, '.env'));
  await expect(readEnvironment({}, root)).rejects.toThrow('.env cannot be read');
});

test('relative paths start at the project root, wherever the command is called', () => {
  expect(fromProjectRoot('./data')).toBe(path.join(PROJECT_ROOT, 'data'));
  expect(fromProjectRoot('/srv/zcbot')).toBe(path.resolve('/srv/zcbot'));
});
