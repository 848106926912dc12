/** Memory of `zcbot serve` when nobody uses it, ten seconds after its start. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { report } from './report.ts';

const COMMAND = fileURLToPath(new URL('../../apps/cli/bin/zcbot.js', import.meta.url));
const BARE = "require('node:http').createServer((_, response) => response.end()).listen(0)";
const REST_MS = 10_000;

async function megabytesAtRest(args: string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'zcbot-rest-'));
  const secret = (): string => randomBytes(32).toString('base64');
  const server = spawn(process.execPath, args, {
    env: {
      ...process.env,
      PLATFORM_KEY: secret(),
      JWT_SECRET: secret(),
      ZCBOT_PORT: '0',
      ZCBOT_DATA_DIR: folder,
    },
    stdio: 'ignore',
  });
  await delay(REST_MS);
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  server.kill('SIGKILL');
  await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024) / 1e6;
}

const bare = await megabytesAtRest(['--eval', BARE]);
// The first start fills the compile cache, as it does on an operator's machine.
const first = await megabytesAtRest([COMMAND, 'serve']);
const ours = await megabytesAtRest([COMMAND, 'serve']);
report([
  {
    what: 'server at rest (`zcbot serve`)',
    ours: `${ours.toFixed(0)} MB`,
    reference: `${bare.toFixed(0)} MB (bare node:http)`,
    aim: '≤ 120 MB',
    note: `the very first start, before the compile cache is filled: ${first.toFixed(0)} MB`,
  },
]);
process.exit(0);
