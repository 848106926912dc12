/**
 * Reads the SSE body of /v3/chat.
 *
 *   1. Bytes are decoded as one stream: a character may be split between chunks.
 *   2. Framing as WHATWG HTML §9.2.6, with or without a space after the colon, LF or CRLF.
 *   3. The stream ends cleanly only after Coze said how the chat ended, or `done`. Any other end,
 *      whether the connection breaks or closes in order, is `stream_cut`.
 *   4. After that word a broken connection is no fault any more.
 */
import { createParser } from 'eventsource-parser';
import { CozeError } from '../errors/coze-error.ts';
import { notCoze } from '../errors/describe-answer.ts';
import { remedyFor } from '../errors/remedies.ts';
import type { Deadline } from '../http/deadline.ts';
import { isChatEnd, type ChatEvent } from './chat-events.ts';
import { parseEvent, type ParsedEvent } from './parse-event.ts';

/** Of one event, in characters. Answers come in deltas; only `message.completed` is long. */
const MAX_EVENT_LENGTH = 8 * 1024 * 1024;

/** Coze follows the end of a chat with `done`; should it not, nobody waits for it longer. */
const AFTER_END_MS = 5_000;
const AFTER_DONE_MS = 1_000;

export interface StreamContext {
  what: string;
  deadline: Deadline;
  idleMs: number;
}

/** @throws CozeError (`stream_cut`, `timeout`, what an `error` event says), or the abort's reason */
export async function* readChatStream(
  response: Response,
  { what, deadline, idleMs }: StreamContext,
): AsyncGenerator<ChatEvent, void, void> {
  const logid = response.headers.get('x-tt-logid') ?? undefined;
  const context = { what, logid };
  const parsed: { event: string; data: string }[] = [];
  let tooLong = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent: ({ event, data }) => parsed.push({ event: event ?? 'message', data }),
    onError: (error) => (tooLong ||= error.type === 'max-buffer-size-exceeded'),
  });
  const decoder = new TextDecoder();
  const chunks = response.body?.[Symbol.asyncIterator]();
  let ended = false;
  let finished = false;
  try {
    for (let last = false; !last;) {
      deadline.arm('idle', ended ? Math.min(AFTER_END_MS, idleMs) : idleMs);
      const chunk = await next(chunks, ended, { what, deadline });
      // A reader that takes its time is not Coze being silent.
      deadline.hold();
      last = chunk === undefined;
      // At the end: a last event whose blank line is missing still counts if its JSON is whole.
      parser.feed(
        chunk === undefined ? `${decoder.decode()}\n\n` : decoder.decode(chunk, { stream: true }),
      );
      if (tooLong) throw notCoze(response, what, 'an event of more than 8 MiB');
      for (const raw of parsed.splice(0)) {
        const event: ParsedEvent = parseEvent(raw, context);
        if (event === 'done') {
          finished = true;
          return;
        }
        if (event === 'incomplete') {
          if (last) break;
          throw notCoze(response, what, 'an event that is not the JSON it should be');
        }
        ended ||= isChatEnd(event);
        yield event;
      }
    }
    if (!ended) throw streamCut(what, logid);
  } finally {
    if (finished) void readOut(chunks, deadline);
    else deadline.abandon();
  }
}

/** The few bytes after `done`: a body read to its end leaves a connection that can be used again. */
async function readOut(chunks: Chunks, deadline: Deadline): Promise<void> {
  deadline.arm('idle', AFTER_DONE_MS);
  try {
    while ((await chunks?.next())?.done === false);
    deadline.disarm();
  } catch {
    deadline.abandon();
  }
}

type Chunks = AsyncIterator<Uint8Array<ArrayBuffer>> | undefined;

/** Undefined at the end of the body. */
async function next(
  chunks: Chunks,
  ended: boolean,
  { what, deadline }: Pick<StreamContext, 'what' | 'deadline'>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const result = await chunks?.next();
    return result === undefined || result.done ? undefined : result.value;
  } catch (error) {
    if (ended) return undefined;
    if (deadline.signal.aborted) throw deadline.signal.reason;
    throw streamCut(what, undefined, error);
  }
}

function streamCut(what: string, logid: string | undefined, cause?: unknown): CozeError {
  return new CozeError({
    kind: 'stream_cut',
    message: `${what}: the stream ended before the chat did${logid ? ` (logid ${logid})` : ''}`,
    remedy: remedyFor('stream_cut'),
    ...(logid !== undefined && { logid }),
    ...(cause !== undefined && { cause }),
  });
}
