/**
 * What an engine is. An engine turns a conversation into a stream of events and knows nothing of
 * storage, streams or users.
 *
 *  1. `run` is called once per run. It yields events until the answer is complete and returns.
 *  2. Text goes in parts: `part.start`, any number of `part.delta`, `part.end`. Ids are the
 *     engine's own, unique within the run.
 *  3. Before the first delta that a crash must not repeat, it yields `ref`: whatever `reattach`
 *     needs to find the same answer at its provider again. It is stored before later events.
 *  4. When `signal` aborts, it stops calling its provider and returns or throws.
 *  5. A failure is thrown: `EngineError` with a message fit for the user, or anything else, which
 *     the user sees as an internal error.
 */
import type { EngineInfo, Message } from '@zcbot/protocol/http';
import type { Part } from '@zcbot/protocol/run-events';

export interface RunInput {
  runId: string;
  taskId: string;
  userId: string;
  /** The conversation up to and including the message to answer, oldest first. */
  history: readonly Pick<Message, 'role' | 'parts'>[];
  /** Set when the user asked to go on after an answer that broke off: what there is of it. */
  continued?: readonly Part[];
}

export type EngineEvent =
  | { type: 'ref'; ref: unknown }
  | { type: 'part.start'; id: string; kind: 'text' | 'reasoning' }
  | { type: 'part.delta'; id: string; text: string }
  | { type: 'part.end'; id: string }
  | { type: 'tool.start'; id: string; name: string; args: unknown }
  | { type: 'tool.end'; id: string; result: unknown }
  | { type: 'tool.end'; id: string; error: string }
  | { type: 'usage'; inputTokens: number; outputTokens: number };

/** What the log holds of a run that lost its server, for `reattach` to go on from. */
export interface Progress {
  ref: unknown;
  /** Part ids in order of appearance with the text (empty for tools) that is already in the log. */
  parts: readonly { id: string; text: string; ended: boolean }[];
}

export interface Engine {
  readonly info: EngineInfo;
  run(input: RunInput, signal: AbortSignal): AsyncIterable<EngineEvent>;
  /** Yields only what is not in the log yet. Absent: the run becomes `interrupted` after a crash. */
  reattach?(input: RunInput, progress: Progress, signal: AbortSignal): AsyncIterable<EngineEvent>;
}

/** A failure the user may read. `code` is stable, such as `quota_exceeded`. */
export class EngineError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}
