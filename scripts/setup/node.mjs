/** Which Node runs what: npm under the machine's own, everything of the project under Node 24. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './progress.mjs';

export const NODE_MAJOR = 24;
const EXECUTABLE = process.platform === 'win32' ? 'node.exe' : 'node';

/** PATH without the folders npm puts in front for this project. */
function outerPath(/** @type {string} */ root) {
  const inside = path.join(root, 'node_modules') + path.sep;
  const entries = (process.env.PATH ?? '').split(path.delimiter);
  return entries.filter((entry) => entry !== '' && !`${entry}${path.sep}`.startsWith(inside));
}

/** @param {string} file */
function majorOf(file) {
  const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return Number(/^v(\d+)\./.exec(stdout ?? '')?.[1] ?? 0);
}

/**
 * How to call npm so that it may replace node_modules, the project's own Node included.
 * @param {string} root
 */
export function npmCommand(root) {
  const outer = outerPath(root);
  const node =
    outer.map((entry) => path.join(entry, EXECUTABLE)).find((file) => existsSync(file)) ??
    process.execPath;
  const env = { ...process.env, PATH: outer.join(path.delimiter) };
  const script = process.env.npm_execpath;
  if (script !== undefined && path.basename(script) === 'npm-cli.js') {
    return { command: node, args: [script], env, shell: false };
  }
  // Windows starts .cmd files through a shell only; the arguments are constants.
  const windows = process.platform === 'win32';
  return { command: windows ? 'npm.cmd' : 'npm', args: [], env, shell: windows };
}

/**
 * The Node 24 that runs the project: the npm package `node`, else this process's own.
 * @param {string} root
 * @throws {SetupError} saying what to do when there is none
 */
export function projectNode(root) {
  const own = path.join(root, 'node_modules', 'node', 'bin', EXECUTABLE);
  if (existsSync(own) && majorOf(own) >= NODE_MAJOR) return own;
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath;
  throw new SetupError(
    `Node ${NODE_MAJOR} is missing: the npm package "node" did not put it into node_modules.\n` +
      'Allow its install script (npm config get ignore-scripts must say false), delete ' +
      `node_modules and try again, or install Node ${NODE_MAJOR} yourself.`,
  );
}
