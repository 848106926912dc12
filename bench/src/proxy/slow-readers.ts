/** Callers that ask for a large body and do not read it: what does the proxy keep in memory? */
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { clockMs } from './clock.ts';
import type { Running } from './contenders.ts';
import { ORIGIN } from './load.ts';

export const READERS = 50;
export const BODY_BYTES = 5 * 1024 * 1024;

export interface SlowReadersResult {
  /** Resident set just before. */
  beforeMiB: number;
  highestMiB: number;
}

export async function measureSlowReaders(
  running: Running,
  holdMs: number,
): Promise<SlowReadersResult | undefined> {
  const { process } = running;
  if (!process) return undefined;
  const beforeMiB = process.residentMiB();
  const readers = Array.from({ length: READERS }, () =>
    reader(new URL(running.url(`/large?bytes=${BODY_BYTES}`))),
  );
  let highestMiB = beforeMiB;
  const until = clockMs() + holdMs;
  while (clockMs() < until) {
    await delay(25);
    highestMiB = Math.max(highestMiB, process.residentMiB());
  }
  for (const socket of readers) socket.destroy();
  return { beforeMiB, highestMiB };
}

function reader(url: URL): Socket {
  const socket = connect(Number(url.port), url.hostname);
  const path = url.href.slice(url.origin.length);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\nOrigin: ${ORIGIN}\r\n\r\n`);
  // The head is read, the rest is left in the socket.
  socket.once('data', () => socket.pause());
  socket.on('error', () => {});
  return socket;
}
