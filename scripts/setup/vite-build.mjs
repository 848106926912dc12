/** What browsers load: built by Vite when its sources or the locked dependencies changed. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectNode } from './node.mjs';
import { run } from './progress.mjs';

const BUILD_TIMEOUT_MS = 5 * 60_000;
/**
 * @typedef {object} Build
 * @property {string} name of the workspace in apps/
 * @property {string} purpose
 * @property {string[]} sources files and folders it is made from, its own first
 */

/** @type {Build} */
export const CONSOLE = {
  name: 'console',
  purpose: 'building the console',
  sources: ['apps/console', 'packages/protocol', 'package-lock.json'],
};
/** @type {Build} */
export const USERSCRIPT = {
  name: 'userscript',
  purpose: 'building the userscript',
  sources: ['apps/userscript', 'packages/coze', 'packages/protocol', 'package-lock.json'],
};
const NOT_SOURCES = new Set(['node_modules', 'dist', 'test-results']);

/**
 * @param {string} place file or folder
 * @returns {AsyncGenerator<string>} files below it, in a fixed order
 */
async function* filesBelow(place) {
  /** @type {import('node:fs').Dirent[]} */
  let entries;
  try {
    entries = await readdir(place, { withFileTypes: true });
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ENOTDIR') yield place;
    else if (code !== 'ENOENT') throw error;
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (NOT_SOURCES.has(entry.name) || entry.name.includes('.test.')) continue;
    yield* filesBelow(path.join(place, entry.name));
  }
}

/**
 * @param {string} root
 * @param {Build} build
 * @returns {Promise<string>} hash over names and contents of everything the build reads
 */
export async function fingerprintOf(root, { sources }) {
  const hash = createHash('sha256');
  for (const source of sources) {
    for await (const file of filesBelow(path.join(root, source))) {
      hash.update(`${path.relative(root, file)}\0`);
      hash.update(
        createHash('sha256')
          .update(await readFile(file))
          .digest(),
      );
    }
  }
  return hash.digest('hex');
}

/** @param {string} root */
export async function buildForBrowsers(root) {
  for (const build of [CONSOLE, USERSCRIPT]) await buildWhenChanged(root, build);
}

/**
 * @param {string} root
 * @param {Build} build
 */
async function buildWhenChanged(root, build) {
  const folder = path.join(root, 'apps', build.name);
  if (!existsSync(path.join(folder, 'vite.config.ts'))) return;
  const stamp = path.join(root, 'node_modules', '.cache', 'zcbot', `${build.name}-build`);
  const fingerprint = await fingerprintOf(root, build);
  const built = await readFile(stamp, 'utf8').catch(() => '');
  if (built === fingerprint && existsSync(path.join(folder, 'dist'))) return;

  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--logLevel', 'warn'];
  await run(build.purpose, projectNode(root), args, { cwd: folder, timeoutMs: BUILD_TIMEOUT_MS });
  await mkdir(path.dirname(stamp), { recursive: true });
  await writeFile(stamp, fingerprint);
}
