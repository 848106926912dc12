import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reasonToInstall } from './dependencies.mjs';

let root: string;
const dependencies = { leaf: '1.0.0' };
const leaf = { version: '1.0.0', integrity: 'sha512-leaf' };
const elsewhere = { version: '2.0.0', integrity: 'sha512-darwin', optional: true };

async function write(file: string, content: unknown): Promise<void> {
  const place = path.join(root, file);
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, JSON.stringify(content));
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'zcbot-setup-'));
  const workspace = { 'apps/one': {}, 'node_modules/one': { link: true } };
  await write('package.json', { dependencies });
  await write('apps/one/package.json', {});
  await write('package-lock.json', {
    packages: {
      '': { dependencies },
      ...workspace,
      'node_modules/leaf': leaf,
      'node_modules/for-another-system': elsewhere,
    },
  });
  await write('node_modules/.package-lock.json', {
    packages: { ...workspace, 'node_modules/leaf': leaf },
  });
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('nothing is installed when node_modules is what the lock says', async () => {
  expect(await reasonToInstall(root)).toBeNull();
});

test('a fresh clone is installed', async () => {
  await rm(path.join(root, 'node_modules'), { recursive: true });
  expect(await reasonToInstall(root)).toBe('nothing is installed yet');
});

test.each([
  ['another version', { 'node_modules/leaf': { ...leaf, version: '1.0.1' } }, 'another version'],
  ['other contents', { 'node_modules/leaf': { ...leaf, integrity: 'x' } }, 'another version'],
  ['a missing package', {}, 'node_modules/leaf is missing'],
  [
    'a package that was removed from the lock',
    { 'node_modules/leaf': leaf, 'node_modules/gone': leaf },
    'node_modules/gone is no longer wanted',
  ],
])('%s is mended', async (_, packages, reason) => {
  const link = { 'node_modules/one': { link: true } };
  await write('node_modules/.package-lock.json', { packages: { ...link, ...packages } });
  expect(await reasonToInstall(root)).toContain(reason);
});

test('a dependency added to package.json alone is noticed', async () => {
  await write('apps/one/package.json', { devDependencies: { added: '1.0.0' } });
  expect(await reasonToInstall(root)).toBe('apps/one changed package.json');
});
