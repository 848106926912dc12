/** The load generator for machines without wrk: one request after the other on each connection. */
import { Agent, request } from 'node:http';
import { percentile } from '../report.ts';
import { clockMs } from './clock.ts';
import { ORIGIN, type LoadOrder, type LoadResult } from './load.ts';

const { url, method, connections, seconds } = JSON.parse(process.argv[2]!) as LoadOrder;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const body = method === 'POST' ? Buffer.alloc(1024, 'x') : undefined;
const headers = { Origin: ORIGIN, ...(body ? { 'Content-Length': body.length } : {}) };
const times: number[] = [];
let failed = 0;

function one(): Promise<void> {
  const startedAt = clockMs();
  return new Promise((resolve) => {
    const fail = (): void => {
      failed += 1;
      resolve();
    };
    const sent = request(url, { method, agent, headers }, (response) => {
      response.resume().on('error', fail);
      response.on('end', () => {
        times.push(clockMs() - startedAt);
        if (response.statusCode !== 200) failed += 1;
        resolve();
      });
    });
    sent.on('error', fail).end(body);
  });
}

const begunAt = clockMs();
const until = begunAt + seconds * 1000;
await Promise.all(
  Array.from({ length: connections }, async () => {
    while (clockMs() < until) await one();
  }),
);
const result: LoadResult = {
  requests: times.length,
  perSecond: (times.length / (clockMs() - begunAt)) * 1000,
  p50Ms: percentile(times, 0.5),
  p99Ms: percentile(times, 0.99),
  failed,
};
console.log(JSON.stringify(result));
process.exit(0);
