/** A fixed number of clients, each asking again as soon as it has its answer. */
import { Agent, request, type RequestOptions } from 'node:http';
import type { Measured } from './process.ts';

const CLIENTS = 16;
const WARM_UP_MS = 2_000;
const COUNTED_MS = 6_000;

export interface Ask extends RequestOptions {
  url: string;
  body?: string;
}

/** @returns requests per second, and CPU of the server per request in microseconds */
export async function closedLoop(
  server: Measured,
  next: (count: number) => Ask,
): Promise<{ perSecond: number; cpuMicroseconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const work = async (ms: number): Promise<number> => {
    const until = performance.now() + ms;
    let count = 0;
    const client = async (): Promise<void> => {
      while (performance.now() < until) await send(agent, next((count += 1)));
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    return count;
  };
  await work(WARM_UP_MS);
  const cpuBefore = server.cpuMicroseconds();
  const startedAt = performance.now();
  const count = await work(COUNTED_MS);
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  return {
    perSecond: count / seconds,
    cpuMicroseconds: (server.cpuMicroseconds() - cpuBefore) / count,
  };
}

function send(agent: Agent, { url, body, ...options }: Ask): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { agent, ...options }, (response) => {
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
