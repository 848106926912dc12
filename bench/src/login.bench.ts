/** Logins by platform key, for users the server has seen before. */
import { randomUUID } from 'node:crypto';
import { closedLoop } from './closed-loop.ts';
import { Measured, platformKey } from './process.ts';
import { report } from './report.ts';

const users = Array.from({ length: 100 }, () => randomUUID());

async function measure(server: Measured): Promise<string> {
  const { perSecond, cpuMicroseconds } = await closedLoop(server, (count) => {
    const user_id = users[count % users.length];
    const body = JSON.stringify({ user_id, platform_key: platformKey });
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    };
    return { url: `${server.url}/v1/auth/login`, method: 'POST', headers, body };
  });
  await server.stop();
  return `${Math.round(perSecond)}/s, ${cpuMicroseconds.toFixed(0)} µs CPU each`;
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
