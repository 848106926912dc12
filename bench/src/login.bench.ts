/** Logins by platform key, for users the server has seen before. */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { Measured, platformKey } from './process.ts';
import { report } from './report.ts';

const CLIENTS = 16;
const WARM_UP_MS = 2_000;
const COUNTED_MS = 6_000;
const users = Array.from({ length: 100 }, () => randomUUID());

function login(origin: string, agent: Agent, userId: string): Promise<void> {
  const body = JSON.stringify({ user_id: userId, platform_key: platformKey });
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    };
    request(`${origin}/v1/auth/login`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200
          ? resolve()
          : reject(new Error(`status ${response.statusCode}`)),
      );
    })
      .on('error', reject)
      .end(body);
  });
}

async function measure(server: Measured) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const work = async (ms: number): Promise<number> => {
    const until = performance.now() + ms;
    let count = 0;
    const client = async (): Promise<void> => {
      while (performance.now() < until) {
        await login(server.url, agent, users[(count += 1) % users.length]!);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    return count;
  };
  await work(WARM_UP_MS);
  const cpuBefore = server.cpuMicroseconds();
  const startedAt = performance.now();
  const count = await work(COUNTED_MS);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = (server.cpuMicroseconds() - cpuBefore) / count;
  agent.destroy();
  await server.stop();
  return `${Math.round(count / seconds)}/s, ${cpu.toFixed(0)} µs CPU each`;
}

const reference = await measure(await Measured.start('./hono.process.ts'));
const ours = await measure(await Measured.start('./zcbot.process.ts'));
report([
  {
    what: 'logins by platform key',
    ours,
    reference: `${reference} (Hono hello-world with a JSON body)`,
    note: 'ours compares the key, looks the user up and signs a token',
  },
]);
process.exit(0);
