/**
 * A reader with a bad connection: follows a run, drops at random moments, comes back with its
 * cursor, and writes down every fault in what the server delivers.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { emptyFold, fold, FoldGapError, type Folded } from '@zcbot/protocol/fold';
import {
  isTerminal,
  parseEventId,
  type RunEvent,
  type TerminalEvent,
} from '@zcbot/protocol/run-events';
import type { Random } from './random.ts';

export interface Reading {
  folded: Folded;
  terminal: TerminalEvent | undefined;
  connections: number;
  delivered: number;
  faults: string[];
}

export async function readRun(options: {
  url: string;
  token: string;
  runId: string;
  random: Random;
  deadline: number;
}): Promise<Reading> {
  const reading: Reading = {
    folded: emptyFold(),
    terminal: undefined,
    connections: 0,
    delivered: 0,
    faults: [],
  };
  while (!reading.terminal && reading.faults.length === 0 && Date.now() < options.deadline) {
    const connection = new AbortController();
    const timer = setTimeout(() => connection.abort(), options.random.between(50, 1500));
    try {
      await readOnce(options, reading, connection.signal);
    } catch {
      await delay(options.random.between(20, 120));
    } finally {
      clearTimeout(timer);
    }
  }
  if (!reading.terminal) reading.faults.push(`no terminal event after seq ${reading.folded.seq}`);
  return reading;
}

async function readOnce(
  { url, token, runId }: { url: string; token: string; runId: string },
  reading: Reading,
  signal: AbortSignal,
): Promise<void> {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  if (reading.folded.seq > 0) headers['Last-Event-ID'] = `${runId}:${reading.folded.seq}`;
  const answer = await fetch(`${url}/v1/runs/${runId}/events`, { headers, signal });
  if (!answer.ok || !answer.body) {
    // Both say "later": the server is stopping, or has not yet noticed which readers have gone.
    if (answer.status === 429 || answer.status === 503) throw new Error('later');
    reading.faults.push(`status ${answer.status}`);
    return;
  }
  reading.connections += 1;
  const parser = createParser({
    onEvent({ id, event, data }) {
      const seq = parseEventId(id ?? '')?.seq;
      if (seq === undefined || event === undefined)
        return reading.faults.push(`event without id: ${event}`);
      reading.delivered += 1;
      const expected = reading.folded.seq + 1;
      if (seq !== expected) reading.faults.push(`expected seq ${expected}, got ${seq}`);
      const parsed = { type: event, ...(JSON.parse(data) as object) } as RunEvent;
      try {
        fold(reading.folded, seq, parsed);
      } catch (error) {
        if (!(error instanceof FoldGapError)) throw error;
        reading.faults.push(error.message);
      }
      if (isTerminal(parsed)) reading.terminal = parsed;
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of answer.body) parser.feed(decoder.decode(chunk, { stream: true }));
}
