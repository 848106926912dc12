/** Dependencies: `npm ci`, but only when node_modules is not what package-lock.json says. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { npmCommand, projectNode } from './node.mjs';
import { run, say } from './progress.mjs';

const INSTALL_TIMEOUT_MS = 15 * 60_000;

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean,
 *   dependencies?: Record<string, string>, devDependencies?: Record<string, string>,
 *   optionalDependencies?: Record<string, string> }} LockedPackage
 */

/**
 * @param {string} file
 * @returns {Promise<any>} null when it is not there
 */
async function readJson(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * npm leaves in node_modules/.package-lock.json what it really installed; that is compared.
 * @param {string} root
 * @returns {Promise<string | null>} why an installation is needed, or null
 */
export async function reasonToInstall(root) {
  const locked = await readJson(path.join(root, 'package-lock.json'));
  const installed = await readJson(path.join(root, 'node_modules', '.package-lock.json'));
  if (locked === null) return 'package-lock.json is missing';
  if (installed === null) return 'nothing is installed yet';

  /** @type {Record<string, LockedPackage>} */
  const wanted = locked.packages;
  /** @type {Record<string, LockedPackage>} */
  const present = installed.packages;
  for (const [place, entry] of Object.entries(wanted)) {
    if (!place.includes('node_modules/')) {
      const manifest = await readJson(path.join(root, place, 'package.json'));
      if (!sameDependencies(entry, manifest)) return `${place || 'the root'} changed package.json`;
      continue;
    }
    const found = present[place];
    if (found === undefined) {
      // Packages for other systems are in the lock and rightly not here.
      if (entry.optional) continue;
      return `${place} is missing`;
    }
    const same =
      entry.version === found.version &&
      entry.integrity === found.integrity &&
      Boolean(entry.link) === Boolean(found.link);
    if (!same) return `${place} is another version`;
  }
  const surplus = Object.keys(present).find((place) => wanted[place] === undefined);
  return surplus === undefined ? null : `${surplus} is no longer wanted`;
}

/**
 * @param {LockedPackage} entry
 * @param {LockedPackage | null} manifest
 */
function sameDependencies(entry, manifest) {
  const kinds = /** @type {const} */ (['dependencies', 'devDependencies', 'optionalDependencies']);
  return kinds.every((kind) => sorted(entry[kind]) === sorted(manifest?.[kind]));
}

/** @param {Record<string, string> | undefined} dependencies */
function sorted(dependencies = {}) {
  return JSON.stringify(Object.entries(dependencies).sort());
}

/**
 * @param {string} root
 * @returns {Promise<boolean>} whether anything had to be installed
 */
export async function installDependencies(root) {
  const reason = await reasonToInstall(root);
  if (reason !== null) {
    const npm = npmCommand(root);
    // Windows cannot delete the Node that runs this very script; `npm install` changes only what
    // differs. NODE_ENV=production must not leave out what builds the console.
    const command = process.platform === 'win32' ? ['install', '--no-save'] : ['ci'];
    const args = [...npm.args, ...command, '--include=dev', '--include=optional', '--no-progress'];
    const purpose = 'installing dependencies';
    say(`dependencies: ${reason}`);
    const { env, shell } = npm;
    const timeoutMs = INSTALL_TIMEOUT_MS;
    await run(purpose, npm.command, args, { cwd: root, env, shell, timeoutMs });
  }
  projectNode(root);
  return reason !== null;
}
