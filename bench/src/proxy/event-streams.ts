/** Server-sent events through a proxy: when the head comes, and how late each event is. */
import { get } from 'node:http';
import { percentile } from '../report.ts';
import { clockMs } from './clock.ts';
import type { Running } from './contenders.ts';
import { ORIGIN } from './load.ts';

/** The first event comes this much after the head. A proxy that waits for it is late by as much. */
const FIRST_MS = 120;
const EVERY_MS = 20;
const LIMIT_MS = 10_000;

export interface StreamsResult {
  /** Median over the streams. */
  headMs: number;
  p50Ms: number;
  p99Ms: number;
  cpuPerEventUs: number;
  /** Share of the events that arrived. */
  arrived: number;
}

export async function measureStreams(
  running: Running,
  { streams, events }: { streams: number; events: number },
): Promise<StreamsResult> {
  const url = running.url(`/sse?first=${FIRST_MS}&every=${EVERY_MS}&count=${events}`);
  const before = running.process?.cpuMicroseconds() ?? 0;
  const read = await Promise.all(Array.from({ length: streams }, () => readStream(url)));
  const after = running.process?.cpuMicroseconds() ?? 0;
  const delays = read.flatMap((one) => one.delays);
  return {
    headMs: percentile(
      read.map((one) => one.headMs),
      0.5,
    ),
    p50Ms: percentile(delays, 0.5),
    p99Ms: percentile(delays, 0.99),
    cpuPerEventUs: (after - before) / delays.length,
    arrived: delays.length / (streams * events),
  };
}

function readStream(url: string): Promise<{ headMs: number; delays: number[] }> {
  const startedAt = clockMs();
  const delays: number[] = [];
  let headMs = Number.NaN;
  return new Promise((resolve) => {
    const done = (): void => resolve({ headMs, delays });
    const headers = { Origin: ORIGIN, Accept: 'text/event-stream' };
    const request = get(url, { agent: false, headers, timeout: LIMIT_MS }, (response) => {
      headMs = clockMs() - startedAt;
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const now = clockMs();
        const frames = (rest + chunk).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) {
          const { sentAt } = JSON.parse(frame.slice('data: '.length)) as { sentAt: number };
          delays.push(now - sentAt);
        }
      });
      response.on('end', done).on('error', done);
    });
    request.on('error', done).on('timeout', () => request.destroy());
  });
}
