/** Progress lines and child processes for the set-up: plain lines, no shell, bounded in time. */
import { spawn } from 'node:child_process';

const STILL_MS = 10_000;
const TAIL_LINES = 25;

/** A failure the reader can act on: shown without a stack trace. */
export class SetupError extends Error {}

/** @param {string} text */
export function say(text) {
  process.stdout.write(`set-up: ${text}\n`);
}

/** @param {number} startedAt `performance.now()` of the start */
export function since(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

/**
 * Runs one command with its output held back; shown is what it is for, that it is still working,
 * and, when it fails, the end of what it printed.
 *
 * @param {string} purpose what the line says, such as `installing dependencies`
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs: number, shell?: boolean }} options
 * @returns {Promise<string>} everything it printed
 * @throws {SetupError} when it cannot be started, fails or takes longer than `timeoutMs`
 */
export async function run(purpose, command, args, { cwd, env, timeoutMs, shell = false }) {
  const startedAt = performance.now();
  say(`${purpose} …`);
  const still = setInterval(() => say(`${purpose}: still working (${since(startedAt)})`), STILL_MS);
  let output = '';
  const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-200_000)));
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  try {
    const failure = await new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) =>
        resolve(code === 0 ? null : signal ? `ended by ${signal}` : `exit code ${code}`),
      );
    });
    if (failure !== null) {
      const tail = output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
      throw new SetupError(`${purpose} failed after ${since(startedAt)} (${failure})\n${tail}`);
    }
  } finally {
    clearInterval(still);
    clearTimeout(timer);
  }
  say(`${purpose}: done in ${since(startedAt)}`);
  return output;
}
