/** Memory that one idle stream costs, at 5,000 open streams. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Measured } from './process.ts';
import { report } from './report.ts';

const STREAMS = 5_000;
const PER_USER = 100;
/** Opened and closed first, so that code and heap that grow once do not count as memory of streams. */
const WARM_UP = 1_000;

/** The empty young generation, which V8 keeps at up to 130 MB after a burst or not, is no stream's. */
const ENVIRONMENT = { NODE_OPTIONS: '--max-semi-space-size=2' };

async function open(url: string, headers: Record<string, string>, agent: Agent): Promise<void> {
  const request = get(url, { headers, agent });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode}`);
  response.resume();
}

async function openMany(count: number, url: string, tokens: string[], agent: Agent): Promise<void> {
  for (let opened = 0; opened < count; opened += PER_USER) {
    const headers = authorization(tokens[opened / PER_USER]);
    await Promise.all(Array.from({ length: PER_USER }, () => open(url, headers, agent)));
  }
}

async function measure(server: Measured, path: string, tokens: string[]): Promise<number> {
  const url = server.url + path;
  const warmUp = new Agent({ keepAlive: false, maxSockets: Infinity });
  await openMany(WARM_UP, url, tokens, warmUp);
  for (const socket of Object.values(warmUp.sockets).flat()) socket?.destroy();
  await delay(1_000);
  const before = await server.residentKiB();
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  await openMany(STREAMS, url, tokens, agent);
  const after = await server.residentKiB();
  await server.stop();
  return (after - before) / STREAMS;
}

const authorization = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { Authorization: `Bearer ${token}` };

const bare = await measure(await Measured.start('./bare.process.ts', ENVIRONMENT), '/idle', []);
const zcbot = await Measured.start('./zcbot.process.ts', ENVIRONMENT);
const tokens = await Promise.all(
  Array.from({ length: STREAMS / PER_USER }, () => zcbot.loginAs(randomUUID())),
);
const ours = await measure(zcbot, '/v1/events', tokens);

report([
  {
    what: `memory per idle stream, ${STREAMS} open`,
    ours: `${ours.toFixed(1)} KiB`,
    reference: `${bare.toFixed(1)} KiB (bare node:http)`,
    aim: '≤ 20 KiB',
  },
]);
process.exit(0);
