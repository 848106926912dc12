/**
 * Events of a run, as they stand in the log and on the wire (SSE `event:` is the type, `data:` the
 * rest as JSON, `id:` is `<run_id>:<seq>` with seq from 1 and no holes).
 *
 * `offset` counts UTF-16 code units of the part's text before this delta, so that a reader can
 * detect a hole by itself.
 */
export type PartKind = 'text' | 'reasoning' | 'tool';

export type RunEvent =
  | { type: 'run.started'; message_id: string; engine: string }
  | { type: 'part.start'; part_id: string; kind: PartKind }
  | { type: 'part.delta'; part_id: string; offset: number; text: string }
  | { type: 'part.end'; part_id: string }
  | { type: 'tool.start'; part_id: string; call_id: string; name: string; args: unknown }
  | { type: 'tool.end'; part_id: string; call_id: string; result?: unknown; error?: string }
  | { type: 'usage'; input_tokens: number; output_tokens: number }
  | TerminalEvent;

export type TerminalEvent =
  | { type: 'run.completed'; message_id: string }
  | { type: 'run.stopped'; message_id: string }
  | { type: 'run.interrupted'; message_id: string }
  | { type: 'run.failed'; message_id: string; code: string; message: string };

/** Stands for the events up to `seq` where they have been folded away. */
export interface SnapshotEvent {
  type: 'snapshot';
  seq: number;
  parts: Part[];
}

export type Part =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | {
      type: 'tool';
      call_id: string;
      name: string;
      args: unknown;
      state: 'running' | 'done' | 'failed';
      result?: unknown;
      error?: string;
    };

/** Names on the tab's own stream besides the run's events (`data:` is the task, at least `{id}`). */
export const TASK_EVENTS = ['task.created', 'task.updated', 'task.deleted'] as const;
export type TaskEventName = (typeof TASK_EVENTS)[number];

export const TERMINAL_EVENTS = [
  'run.completed',
  'run.stopped',
  'run.interrupted',
  'run.failed',
] as const;

export function isTerminal(event: { type: string }): event is TerminalEvent {
  return (TERMINAL_EVENTS as readonly string[]).includes(event.type);
}

/** The SSE id of one event. */
export function eventId(runId: string, seq: number): string {
  return `${runId}:${seq}`;
}

/** Reads `<run_id>:<seq>`; null for anything else. */
export function parseEventId(value: string): { runId: string; seq: number } | null {
  const match = /^([0-9a-f-]{36}):(\d{1,15})$/i.exec(value);
  return match ? { runId: match[1]!.toLowerCase(), seq: Number(match[2]) } : null;
}
