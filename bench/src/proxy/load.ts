/** Many requests over a number of connections: wrk where it is installed, else a Node client. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const ORIGIN = 'http://localhost:3000';

export interface LoadOrder {
  url: string;
  method: 'GET' | 'POST';
  connections: number;
  seconds: number;
}

export interface LoadResult {
  requests: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers other than 2xx, and broken connections. */
  failed: number;
}

export interface LoadGenerator {
  name: string;
  run(order: LoadOrder): Promise<LoadResult>;
  close(): void;
}

export function loadGenerator(): LoadGenerator {
  const wrk = spawnSync('wrk', ['-v'], { encoding: 'utf8', timeout: 5_000 });
  const version = /wrk \S+/.exec(`${wrk.stdout} ${wrk.stderr}`)?.[0];
  return wrk.error || version === undefined ? nodeGenerator() : wrkGenerator(version);
}

function wrkGenerator(name: string): LoadGenerator {
  const folder = mkdtempSync(join(tmpdir(), 'zcbot-bench-wrk-'));
  const post = join(folder, 'post.lua');
  writeFileSync(
    post,
    'wrk.method = "POST"\nwrk.body = string.rep("x", 1024)\nwrk.headers["Content-Type"] = "application/octet-stream"\n',
  );
  return {
    name,
    close: () => rmSync(folder, { recursive: true, force: true }),
    async run({ url, method, connections, seconds }) {
      const whole = Math.max(1, Math.round(seconds));
      const words = [
        '-t1',
        `-c${connections}`,
        `-d${whole}s`,
        '--latency',
        '-H',
        `Origin: ${ORIGIN}`,
      ];
      if (method === 'POST') words.push('-s', post);
      return readWrk(await output('wrk', [...words, url], whole));
    },
  };
}

function nodeGenerator(): LoadGenerator {
  const file = fileURLToPath(new URL('./load-client.process.ts', import.meta.url));
  return {
    name: 'the built-in Node client',
    close: () => undefined,
    async run(order) {
      const printed = await output(process.execPath, [file, JSON.stringify(order)], order.seconds);
      return JSON.parse(printed) as LoadResult;
    },
  };
}

async function output(program: string, words: string[], seconds: number): Promise<string> {
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: (seconds + 15) * 1000,
    killSignal: 'SIGKILL',
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return printed;
}

const IN_MS: Record<string, number> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

function readWrk(printed: string): LoadResult {
  const latency = (share: number): number => {
    const found = new RegExp(`^\\s+${share}%\\s+([\\d.]+)(us|ms|s|m)$`, 'm').exec(printed);
    return found ? Number(found[1]) * IN_MS[found[2]!]! : Number.NaN;
  };
  const done = /(\d+) requests in ([\d.]+)(ms|s|m)/.exec(printed);
  const requests = Number(done?.[1] ?? 0);
  const seconds = (Number(done?.[2] ?? 0) * (IN_MS[done?.[3] ?? 's'] ?? 0)) / 1000;
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(printed)?.[1] ?? 0);
  const broken = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(
    printed,
  );
  const failed = (broken?.slice(1) ?? []).reduce((sum, count) => sum + Number(count), refused);
  return {
    requests,
    perSecond: requests / seconds,
    p50Ms: latency(50),
    p99Ms: latency(99),
    failed,
  };
}
