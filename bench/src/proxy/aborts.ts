/** The caller goes away, in three phases: how soon the upstream learns of it, if at all. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { percentile } from '../report.ts';
import { clockMs, eventually } from './clock.ts';
import type { Running } from './contenders.ts';
import { ORIGIN } from './load.ts';

const LIMIT_MS = 1_500;
const PIECE = Buffer.alloc(64 * 1024, 'x');

export type Phase = 'before the head' | 'in the body' | 'in the upload';
export const PHASES: Phase[] = ['before the head', 'in the body', 'in the upload'];
const PATHS: Record<Phase, string> = {
  'before the head': '/hang',
  'in the body': '/endless',
  'in the upload': '/sink',
};

export interface AbortResult {
  tries: number;
  /** Requests that had reached the upstream when the caller left. */
  arrived: number;
  /** Of those, how many the upstream saw end within the limit. */
  noticed: number;
  /** Over those noticed, in milliseconds. */
  medianMs: number;
  maxMs: number;
}

export async function measureAborts(
  running: Running,
  upstream: URL,
  tries: number,
): Promise<Record<Phase, AbortResult>> {
  const results = await Promise.all(
    PHASES.map(async (phase): Promise<[Phase, AbortResult]> => {
      const all = await Promise.all(
        Array.from({ length: tries }, () => leave(running, upstream, phase)),
      );
      const arrived = all.filter((delay) => delay !== undefined);
      const noticed = arrived.filter(Number.isFinite);
      return [
        phase,
        {
          tries,
          arrived: arrived.length,
          noticed: noticed.length,
          medianMs: percentile(noticed, 0.5),
          maxMs: Math.max(...noticed),
        },
      ];
    }),
  );
  return Object.fromEntries(results) as Record<Phase, AbortResult>;
}

/** Milliseconds until the upstream knew; Infinity for never, undefined when it never got the request. */
async function leave(running: Running, upstream: URL, phase: Phase): Promise<number | undefined> {
  const id = randomUUID();
  const state = async (): Promise<{ arrivedAt?: number; goneAt?: number }> => {
    const answer = await fetch(`${upstream.origin}/state?id=${id}`);
    return (await answer.json()) as { arrivedAt?: number; goneAt?: number };
  };
  const method = phase === 'in the upload' ? 'POST' : 'GET';
  const url = running.url(`${PATHS[phase]}?id=${id}`);
  const sent = request(url, { method, agent: false, headers: { Origin: ORIGIN } });
  sent.on('error', () => {});
  const begun = Promise.withResolvers<void>();
  if (phase === 'in the body') {
    sent.on('response', (response) => {
      response.on('error', () => {}).once('data', () => begun.resolve());
    });
  } else begun.resolve();
  if (phase === 'in the upload') sent.write(PIECE);
  else sent.end();

  const arrived = await eventually(async () => (await state()).arrivedAt, LIMIT_MS);
  await Promise.race([begun.promise, new Promise((resolve) => setTimeout(resolve, LIMIT_MS))]);
  const leftAt = clockMs();
  sent.destroy();
  if (arrived === undefined) return undefined;
  const goneAt = await eventually(async () => (await state()).goneAt, LIMIT_MS);
  return goneAt === undefined ? Infinity : goneAt - leftAt;
}
