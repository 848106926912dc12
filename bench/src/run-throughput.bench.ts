/** From engine to client: 200 runs at once, at a steady pace and as fast as they can. */
import { randomUUID } from 'node:crypto';
import { Agent, get } from 'node:http';
import { ask } from './client.ts';
import { Measured } from './process.ts';
import { percentile, report, type Row } from './report.ts';

const RUNS = 200;
const STEADY = { deltas: 200, everyMs: 50 };
const FLAT_OUT = { deltas: 2_000, everyMs: 0 };
const USERS = 10;

interface Stream {
  url: string;
  headers: Record<string, string>;
}

/** Reads to the end; collects the delay of every timestamp in the text. */
function read({ url, headers }: Stream, agent: Agent): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const delays: number[] = [];
    const request = get(url, { headers, agent }, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const now = performance.timeOrigin + performance.now();
        const frames = (rest + chunk).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) {
          for (const [stamp] of frame.matchAll(/\d{13}\.?\d*/g)) delays.push(now - Number(stamp));
        }
      });
      response.on('end', () => resolve(delays));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

async function measure(server: Measured, streams: () => Promise<Stream>[]) {
  const agent = new Agent({ maxSockets: Infinity });
  const cpuBefore = server.cpuMicroseconds();
  const startedAt = performance.now();
  const readers = streams().map(async (stream) => read(await stream, agent));
  const delays = (await Promise.all(readers)).flat();
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  return {
    perSecond: delays.length / seconds,
    p50: percentile(delays, 0.5),
    p99: percentile(delays, 0.99),
    cpu: (server.cpuMicroseconds() - cpuBefore) / delays.length,
    complete: delays.length,
  };
}

const bareStreams = (server: Measured, load: typeof STEADY) => (): Promise<Stream>[] =>
  Array.from({ length: RUNS }, async () => ({
    url: `${server.url}/pump?deltas=${load.deltas}&everyMs=${load.everyMs}`,
    headers: {},
  }));

const zcbotStreams =
  (server: Measured, tokens: string[], load: typeof STEADY) => (): Promise<Stream>[] =>
    Array.from({ length: RUNS }, async (_, i) => {
      const token = tokens[i % tokens.length]!;
      const { runId } = await ask(server.url, token, 'load', JSON.stringify(load));
      return {
        url: `${server.url}/v1/runs/${runId}/events`,
        headers: { Authorization: `Bearer ${token}` },
      };
    });

const rows: Row[] = [];
for (const [name, load] of [
  ['20 deltas/s each', STEADY],
  ['as fast as they can', FLAT_OUT],
] as const) {
  const bare = await Measured.start('./bare.process.ts');
  const reference = await measure(bare, bareStreams(bare, load));
  await bare.stop();
  const zcbot = await Measured.start('./zcbot.process.ts');
  const tokens = await Promise.all(
    Array.from({ length: USERS }, () => zcbot.loginAs(randomUUID())),
  );
  const ours = await measure(zcbot, zcbotStreams(zcbot, tokens, load));
  await zcbot.stop();
  const text = (m: typeof ours) =>
    `${Math.round(m.perSecond)}/s, p50 ${m.p50.toFixed(1)} ms, p99 ${m.p99.toFixed(1)} ms, ${m.cpu.toFixed(0)} µs CPU each`;
  rows.push({
    what: `engine to client, ${RUNS} runs, ${name}`,
    ours: text(ours),
    reference: `${text(reference)} (bare node:http, nothing stored)`,
    note:
      ours.complete === RUNS * load.deltas
        ? 'every delta arrived; ours are committed first, in ticks of 30 ms'
        : `${ours.complete} of ${RUNS * load.deltas} arrived`,
  });
}
report(rows);
process.exit(0);
