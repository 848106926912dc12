/**
 * The quick checks, in seconds: format, lint, types, import layering, generated docs. Every step
 * runs, whatever the others say, and all failures are shown.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectNode } from './setup/node.mjs';
import { since } from './setup/progress.mjs';

const STEP_TIMEOUT_MS = 10 * 60_000;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @typedef {{ name: string, program: string, args: string[], remedy?: string }} Step */

const TSC = 'node_modules/typescript/bin/tsc';

/**
 * @param {string} project
 * @param {string} name of the file that lets the next check look only at what changed
 */
function typeCheck(project, name) {
  const known = `node_modules/.cache/zcbot/${name}.tsbuildinfo`;
  const incremental = ['--incremental', '--tsBuildInfoFile', known];
  return ['--noEmit', '--pretty', 'false', '-p', project, ...incremental];
}

/** @type {Step[]} */
const STEPS = [
  {
    name: 'lint',
    program: 'node_modules/eslint/bin/eslint.js',
    args: ['.', '--max-warnings', '0'],
  },
  { name: 'types', program: TSC, args: typeCheck('.', 'root') },
  { name: 'types of the console', program: TSC, args: typeCheck('apps/console', 'console') },
  {
    name: 'types of the userscript',
    program: TSC,
    args: typeCheck('apps/userscript', 'userscript'),
  },
  {
    name: 'format',
    program: 'node_modules/prettier/bin/prettier.cjs',
    args: ['--check', '.', '--log-level', 'warn'],
    remedy: 'npm run format',
  },
  {
    name: 'import layering',
    program: 'node_modules/vitest/vitest.mjs',
    args: ['run', 'tests/layering.test.ts', '--reporter=dot'],
  },
  {
    name: 'tables in docs',
    program: 'scripts/generate-docs.mjs',
    args: ['--check'],
    remedy: 'npm run docs',
  },
];

/**
 * @param {Step} step
 * @returns {Promise<boolean>} whether it passed
 */
async function runStep({ name, program, args, remedy }) {
  const startedAt = performance.now();
  // The layering test reads sources only; a database would cost it more than its own work.
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, ZCBOT_TEST_WITHOUT_DATABASE: '1', NO_COLOR: '1' };
  delete env.FORCE_COLOR;
  const child = spawn(projectNode(root), [program, ...args], { cwd: root, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), STEP_TIMEOUT_MS);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  const passed = code === 0;
  process.stdout.write(`verify: ${name}: ${passed ? 'ok' : 'FAILED'} (${since(startedAt)})\n`);
  if (!passed) {
    process.stdout.write(`${output.trim()}\n`);
    if (remedy) process.stdout.write(`verify: mend it with: ${remedy}\n`);
  }
  return passed;
}

/**
 * Runs all steps, as many at a time as there are cores.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function verify() {
  const startedAt = performance.now();
  const waiting = [...STEPS];
  let failed = 0;
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      if (!(await runStep(step))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));
  const passed = STEPS.length - failed;
  process.stdout.write(`verify: ${passed} passed, ${failed} failed (${since(startedAt)})\n`);
  return { passed, failed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await verify()).failed === 0 ? 0 : 1;
}
