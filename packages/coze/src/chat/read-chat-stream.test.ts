import { describe, expect, test } from 'vitest';
import { CozeError } from '../errors/coze-error.ts';
import { Deadline } from '../http/deadline.ts';
import type { ChatEvent } from './chat-events.ts';
import { readChatStream } from './read-chat-stream.ts';

const chat = { id: '7', conversation_id: '8', bot_id: '9', last_error: { code: 0, msg: '' } };
const message = { id: '1', conversation_id: '8', role: 'assistant', type: 'answer' };
const TEXT = '你好，🙂 “world”';

type Frame = [event: string, data: unknown];
const SUCCESS: Frame[] = [
  ['conversation.chat.created', { ...chat, status: 'created' }],
  ['conversation.chat.in_progress', { ...chat, status: 'in_progress' }],
  ...Array.from(TEXT, (content): Frame => ['conversation.message.delta', { ...message, content }]),
  ['conversation.message.completed', { ...message, content: TEXT }],
  [
    'conversation.chat.completed',
    { ...chat, status: 'completed', usage: { token_count: 3, output_count: 1, input_count: 2 } },
  ],
  ['done', '[DONE]'],
];

/** As /v3/chat frames it. */
function frame(
  frames: Frame[],
  [open, between, close] = ['event:', '\ndata:', '\n\n'],
): Uint8Array {
  const text = frames.map(
    ([event, data]) => `${open}${event}${between}${JSON.stringify(data)}${close}`,
  );
  return new TextEncoder().encode(text.join(''));
}

function response(chunks: Uint8Array[], fault?: Error): Response {
  const queue = [...chunks];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = queue.shift();
      if (chunk) controller.enqueue(chunk);
      else if (fault) controller.error(fault);
      else controller.close();
    },
  });
  return new Response(body, { headers: { 'x-tt-logid': 'L1' } });
}

async function read(
  given: Response,
  { idleMs = 1_000, signal }: { idleMs?: number; signal?: AbortSignal } = {},
) {
  const events: ChatEvent[] = [];
  const deadline = new Deadline('POST /v3/chat', signal);
  try {
    for await (const event of readChatStream(given, { what: 'POST /v3/chat', deadline, idleMs })) {
      events.push(event);
    }
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

function textOf(events: ChatEvent[]): string {
  return events
    .map((event) => (event.type === 'message.delta' ? event.message.content : ''))
    .join('');
}

describe('a whole stream', () => {
  test.each<[string, [string, string, string]]>([
    ['without a space after the colon', ['event:', '\ndata:', '\n\n']],
    ['with a space, as the workflow endpoints', ['event: ', '\ndata: ', '\n\n']],
    ['with CRLF', ['event: ', '\r\ndata: ', '\r\n\r\n']],
    ['with ids and comments', [': hi\nid: 4\nevent: ', '\ndata: ', '\n\n']],
  ])('%s', async (_, framing) => {
    const { events, error } = await read(response([frame(SUCCESS, framing)]));
    expect(error).toBeUndefined();
    expect(textOf(events)).toBe(TEXT);
    expect(events.at(-1)).toMatchObject({
      type: 'chat.completed',
      chat: { usage: { inputTokens: 2, outputTokens: 1, totalTokens: 3 } },
    });
  });

  test('byte by byte', async () => {
    const bytes = frame(SUCCESS);
    const { events } = await read(response(Array.from(bytes, (byte) => Uint8Array.of(byte))));
    expect(textOf(events)).toBe(TEXT);
  });

  test('split in two at any place', async () => {
    const bytes = frame(SUCCESS);
    for (let at = 1; at < bytes.length; at += 1) {
      const { events, error } = await read(response([bytes.subarray(0, at), bytes.subarray(at)]));
      expect(error).toBeUndefined();
      expect(textOf(events)).toBe(TEXT);
    }
  });

  test('whose last line breaks are missing', async () => {
    const { events, error } = await read(response([frame(SUCCESS.slice(0, -1)).subarray(0, -2)]));
    expect(error).toBeUndefined();
    expect(events.at(-1)?.type).toBe('chat.completed');
  });
});

describe('a stream that ends too early is cut, however it ends', () => {
  const bytes = frame(SUCCESS);
  // From this byte on the chat's end is known: the closing brace of chat.completed.
  const known = frame(SUCCESS.slice(0, -1)).length - 2;

  test.each([
    ['in order', undefined],
    ['by a broken connection', new TypeError('terminated')],
  ])('%s, at every byte', async (_, fault) => {
    for (let at = 0; at <= bytes.length; at += 1) {
      const { events, error } = await read(response([bytes.subarray(0, at)], fault));
      // A broken connection shows what was dispatched; only an orderly end completes a last event.
      const clean = fault ? at >= known + 2 : at >= known;
      if (clean) expect(error, `at ${at}`).toBeUndefined();
      else expect(error, `at ${at}`).toMatchObject({ kind: 'stream_cut' });
      expect(TEXT.startsWith(textOf(events)), `at ${at}`).toBe(true);
    }
  });
});

describe('an end that is none of success', () => {
  test.each<[string, Frame[], string]>([
    [
      'requires_action',
      [['conversation.chat.requires_action', { ...chat, status: 'requires_action' }]],
      'chat.requires_action',
    ],
    [
      'canceled',
      [['conversation.chat.canceled', { ...chat, status: 'canceled' }]],
      'chat.canceled',
    ],
    [
      'cancelled, as the studio spells it',
      [['conversation.chat.cancelled', { ...chat, status: 'cancelled' }]],
      'chat.canceled',
    ],
    [
      'failed',
      [
        [
          'conversation.chat.failed',
          { ...chat, status: 'failed', last_error: { code: 5000, msg: 'event interval error' } },
        ],
      ],
      'chat.failed',
    ],
    [
      'failed, in the short form',
      [['conversation.chat.failed', { code: 5000, msg: 'x' }]],
      'chat.failed',
    ],
  ])('%s', async (_, frames, type) => {
    const { events, error } = await read(response([frame(frames)]));
    expect(error).toBeUndefined();
    expect(events.at(-1)?.type).toBe(type);
  });

  test('done alone is Coze’s word as well', async () => {
    expect(await read(response([frame([['done', '[DONE]']])]))).toEqual({
      events: [],
      error: undefined,
    });
  });

  test('the tools asked for are told', async () => {
    const tool_calls = [{ id: 't', type: 'function', function: { name: 'f', arguments: '{}' } }];
    const required_action = { type: 'submit_tool_outputs', submit_tool_outputs: { tool_calls } };
    const data = { ...chat, status: 'requires_action', required_action };
    const { events } = await read(response([frame([['conversation.chat.requires_action', data]])]));
    expect(events[0]).toMatchObject({
      chat: { toolCalls: [{ id: 't', type: 'function', name: 'f', arguments: '{}' }] },
    });
  });

  test('a failed chat carries the reason as a typed error', async () => {
    const data = { ...chat, status: 'failed', last_error: { code: 4028, msg: 'no credits' } };
    const { events } = await read(response([frame([['conversation.chat.failed', data]])]));
    expect(events[0]).toMatchObject({
      error: { kind: 'quota_exhausted', code: 4028, logid: 'L1' },
    });
  });

  test('an error event is thrown, after what came before it', async () => {
    const frames: Frame[] = [...SUCCESS.slice(0, 4), ['error', { code: 4013, msg: 'busy' }]];
    const { events, error } = await read(response([frame(frames)]));
    expect(events).toHaveLength(4);
    expect(error).toMatchObject({ kind: 'rate_limited', code: 4013, logid: 'L1', detail: 'busy' });
  });
});

test('events of a later version are passed by', async () => {
  const frames: Frame[] = [['conversation.magic', { x: 1 }], ...SUCCESS];
  const { events, error } = await read(response([frame(frames)]));
  expect(error).toBeUndefined();
  expect(events[0]).toEqual({ type: 'unknown', name: 'conversation.magic' });
});

test('JSON that is none, in the middle, is not Coze', async () => {
  const bytes = new TextEncoder().encode('event:conversation.message.delta\ndata:<html>\n\n');
  const { error } = await read(response([bytes, frame(SUCCESS)]));
  expect(error).toMatchObject({ kind: 'unexpected_answer' });
});

test('an event without end is refused before it fills the memory', async () => {
  const chunk = new TextEncoder().encode('x'.repeat(1024 * 1024));
  const chunks = [new TextEncoder().encode('data:'), ...Array.from({ length: 10 }, () => chunk)];
  expect((await read(response(chunks))).error).toMatchObject({ kind: 'unexpected_answer' });
});

/** Sends its first chunk and then nothing, until aborted as fetch would abort it. */
function silentAfter(bytes: Uint8Array, deadline: Deadline): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      deadline.signal.addEventListener('abort', () => controller.error(deadline.signal.reason));
    },
  });
  return new Response(body);
}

describe('silence', () => {
  test('in the middle is a time-out that says what it covered', async () => {
    const deadline = new Deadline('POST /v3/chat');
    const stream = readChatStream(silentAfter(frame(SUCCESS.slice(0, 3)), deadline), {
      what: 'POST /v3/chat',
      deadline,
      idleMs: 30,
    });
    const seen: ChatEvent[] = [];
    const reading = (async () => {
      for await (const event of stream) seen.push(event);
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'timeout', phase: 'idle' });
    expect(seen).toHaveLength(3);
  });

  test('after the end of the chat is none', async () => {
    const deadline = new Deadline('POST /v3/chat');
    const stream = readChatStream(silentAfter(frame(SUCCESS.slice(0, -1)), deadline), {
      what: 'POST /v3/chat',
      deadline,
      idleMs: 30,
    });
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);
    expect(types.at(-1)).toBe('chat.completed');
  });

  test('of the reader is none of Coze’s', async () => {
    const chunks = SUCCESS.map((one) => frame([one]));
    const deadline = new Deadline('x');
    let count = 0;
    for await (const _ of readChatStream(response(chunks), { what: 'x', deadline, idleMs: 20 })) {
      count += 1;
      if (count < 3) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(count).toBe(SUCCESS.length - 1);
  });
});

test('an abort rejects with its own reason', async () => {
  const controller = new AbortController();
  const deadline = new Deadline('x', controller.signal);
  const stream = readChatStream(silentAfter(frame(SUCCESS.slice(0, 1)), deadline), {
    what: 'x',
    deadline,
    idleMs: 1_000,
  });
  await stream.next();
  const reason = new Error('stop');
  const pending = stream.next();
  controller.abort(reason);
  await expect(pending).rejects.toBe(reason);
  expect(reason).not.toBeInstanceOf(CozeError);
});

test('leaving early closes the connection', async () => {
  const deadline = new Deadline('x');
  const given = silentAfter(frame(SUCCESS.slice(0, 4)), deadline);
  for await (const _ of readChatStream(given, { what: 'x', deadline, idleMs: 1_000 })) break;
  expect(deadline.signal.aborted).toBe(true);
});
