/**
 * What `npm start`, `npm test` and `npm run verify` need, on a machine with nothing but Node ≥ 20
 * and npm: runs before anything is installed, hence plain JavaScript without dependencies.
 * Does nothing, quickly, when nothing changed.
 *
 * Usage: node scripts/setup.mjs start|test|verify
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBrowser } from './setup/browser.mjs';
import { installDependencies } from './setup/dependencies.mjs';
import { say, SetupError, since } from './setup/progress.mjs';
import { buildForBrowsers } from './setup/vite-build.mjs';

const GOALS = {
  verify: [installDependencies],
  start: [installDependencies, buildForBrowsers],
  test: [installDependencies, buildForBrowsers, ensureBrowser],
};

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const goal = process.argv[2] ?? '';
const startedAt = performance.now();

if (!Object.hasOwn(GOALS, goal)) {
  process.stderr.write(`usage: node scripts/setup.mjs ${Object.keys(GOALS).join('|')}\n`);
  process.exit(2);
}
try {
  for (const step of GOALS[/** @type {keyof typeof GOALS} */ (goal)]) await step(root);
  say(`ready (${since(startedAt)})`);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`set-up: ${error.message}\n`);
  process.exit(1);
}
