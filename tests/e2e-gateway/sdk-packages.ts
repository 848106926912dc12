/**
 * The official SDK for these tests: `@coze/chat-sdk` cannot be installed (a dependency's script wants
 * to download), so its H5 build is taken out of its tarball, with the React it expects. Kept in a
 * cache that git and lint ignore; never shipped.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = fileURLToPath(
  new URL('../../node_modules/.cache/zcbot/coze-chat-sdk', import.meta.url),
);
const PACKAGES = ['@coze/chat-sdk@0.1.11-beta.19', 'react@18.3.1', 'react-dom@18.3.1'];
const TIMEOUT_MS = 120_000;

function folderOf(specifier: string): string {
  return path.join(CACHE, specifier.replace(/[@/]+/g, '-').replace(/^-/, ''));
}

export const SDK_FILES = [
  path.join(folderOf(PACKAGES[1]!), 'umd/react.production.min.js'),
  path.join(folderOf(PACKAGES[2]!), 'umd/react-dom.production.min.js'),
  path.join(folderOf(PACKAGES[0]!), 'dist/lib-h5/exports/index.js'),
];
export const SDK_STYLES = path.join(folderOf(PACKAGES[0]!), 'dist/lib-h5/css/exports/index.css');

export default async function fetchSdkPackages(): Promise<void> {
  for (const specifier of PACKAGES) {
    const folder = folderOf(specifier);
    if (existsSync(folder)) continue;
    const work = `${folder}.${process.pid}`;
    await mkdir(work, { recursive: true });
    const shell = process.platform === 'win32';
    const pack = ['pack', specifier, '--pack-destination', work, '--silent'];
    await run('npm', pack, { timeout: TIMEOUT_MS, shell });
    const [tarball] = await readdir(work);
    await run('tar', ['-xzf', path.join(work, tarball!), '-C', work], { timeout: TIMEOUT_MS });
    await rename(path.join(work, 'package'), folder);
    await rm(work, { recursive: true, force: true });
  }
}
