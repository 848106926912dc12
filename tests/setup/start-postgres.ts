import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const GUARD = fileURLToPath(new URL('./postgres-guard.ts', import.meta.url));
/** A little more than the guard needs to go through all its steps of stopping. */
const STOP_TIMEOUT_MS = 10_000;

export interface Postgres {
  /** `postgres://…/postgres`, a superuser on loopback. */
  url: string;
  /** Ends the server and removes its files; bounded to 10 s. */
  stop(): Promise<void>;
}

/**
 * Starts a throw-away PostgreSQL; it also goes when this process is killed.
 * @throws Error with the server's own words when it does not come up.
 */
export async function startPostgres(): Promise<Postgres> {
  const guard = spawn(process.execPath, [GUARD], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let complaint = '';
  guard.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  guard.stdin.on('error', () => {});
  const gone = once(guard, 'close');

  const lines = createInterface({ input: guard.stdout });
  const first = once(lines, 'line').then(([line]) => String(line));
  const url = await Promise.race([first, gone.then(() => null)]);
  if (url === null) throw new Error(`No PostgreSQL for the tests: ${complaint.trim()}`);

  return {
    url,
    async stop() {
      guard.stdin.end();
      const timer = setTimeout(() => guard.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await gone;
      clearTimeout(timer);
      if (guard.exitCode !== 0) process.stderr.write(`PostgreSQL for the tests: ${complaint}\n`);
    },
  };
}
