/**
 * The whole test run: verify, unit and integration tests, browser tests. Everything runs, whatever
 * failed before, and the last line is `N passed, N failed`.
 *
 * Usage: node scripts/test.mjs [--long]   (`--long`: the long forms of tests, ZCBOT_TEST_LONG=1)
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { projectNode } from './setup/node.mjs';
import { since } from './setup/progress.mjs';
import { playwrightCounts, summaryLine, sum, vitestCounts } from './test/counts.mjs';
import { verify } from './verify.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { long: { type: 'boolean', default: false } } });
const RUNNER_TIMEOUT_MS = (values.long ? 180 : 25) * 60_000;
/** Time for a runner to take down servers and the database before it is killed. */
const STOP_TIMEOUT_MS = 20_000;

/** @typedef {import('./test/counts.mjs').Counts} Counts */

/** @type {import('node:child_process').ChildProcess | null} */
let running = null;
let interrupted = false;
/** @param {NodeJS.Signals} signal */
function interrupt(signal) {
  interrupted = true;
  running?.kill(signal);
}
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
// npm passes SIGTERM to the shell between it and this script; the shell dies of it silently.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent && !interrupted) interrupt('SIGTERM');
}, 1_000).unref();

/**
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<boolean>} whether it ended with code 0
 */
async function runner(program, args, environment) {
  const env = { ...process.env, ...environment, ...(values.long ? { ZCBOT_TEST_LONG: '1' } : {}) };
  const child = spawn(projectNode(root), [program, ...args], { cwd: root, env, stdio: 'inherit' });
  running = child;
  const stop = setTimeout(() => {
    process.stdout.write(`test: stopped after ${RUNNER_TIMEOUT_MS / 60_000} minutes\n`);
    child.kill('SIGTERM');
  }, RUNNER_TIMEOUT_MS);
  const kill = setTimeout(() => child.kill('SIGKILL'), RUNNER_TIMEOUT_MS + STOP_TIMEOUT_MS);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(stop);
  clearTimeout(kill);
  running = null;
  return code === 0;
}

/**
 * Runs one runner that leaves a JSON report, and counts from it.
 * @param {(report: string) => { program: string, args: string[], env?: NodeJS.ProcessEnv }} command
 * @param {(report: unknown, succeeded: boolean) => Counts} count
 */
async function counted(command, count) {
  const folder = await mkdtemp(path.join(tmpdir(), 'zcbot-test-'));
  try {
    const report = path.join(folder, 'report.json');
    const { program, args, env = {} } = command(report);
    const succeeded = await runner(program, args, env);
    const text = await readFile(report, 'utf8').catch(() => 'null');
    return count(JSON.parse(text), succeeded);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const vitest = () =>
  counted(
    (report) => ({
      program: 'node_modules/vitest/vitest.mjs',
      args: ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    }),
    vitestCounts,
  );

/** @param {string[]} which */
const browser = (...which) =>
  counted(
    (report) => ({
      program: 'node_modules/@playwright/test/cli.js',
      args: ['test', ...which, '--reporter=list,json'],
      env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    }),
    playwrightCounts,
  );

/** @type {Record<string, () => Promise<Counts>>} */
const PARTS = {
  verify: async () => ({ ...(await verify()), skipped: 0 }),
  'unit and integration': vitest,
  ...(existsSync(path.join(root, 'tests', 'e2e')) ? { browser: () => browser() } : {}),
  'gateway in browsers': () => browser('-c', 'tests/e2e-gateway/playwright.config.ts'),
};

/** @type {string[]} */
const lines = [];
/** @type {Counts[]} */
const all = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (interrupted) break;
  const startedAt = performance.now();
  process.stdout.write(`\ntest: ${name} …\n`);
  const counts = await part();
  all.push(counts);
  lines.push(`test: ${name}: ${summaryLine(counts)} (${since(startedAt)})`);
}
const total = sum(all);
process.stdout.write(`\n${lines.join('\n')}\n`);
if (interrupted) process.stdout.write('test: interrupted\n');
process.stdout.write(`${summaryLine(total)}\n`);
process.exitCode = interrupted ? 130 : total.failed === 0 && total.passed > 0 ? 0 : 1;
