import { afterEach, describe, expect, test, vi } from 'vitest';
import type { TransportRequest } from '../transport/transport.ts';
import type { ChatPart } from './chat-stream.ts';
import { createCozeCalls } from './coze-calls.ts';

const BOT = '7000000000000000001';
const NOT_PUBLISHED = { code: 4015, msg: 'The bot_id has not been published to the channel' };
const UNKNOWN = { code: 4200, msg: 'Requested resource does not exist' };
const EXPIRED = { code: 4100, msg: 'authentication is invalid' };
const STREAM = [
  'event:conversation.chat.created\ndata:{"id":"9","conversation_id":"8"}\n\n',
  'event:conversation.message.delta\ndata:{"id":"1","type":"answer","content":"hello"}\n\n',
  'event:conversation.chat.completed\ndata:{"id":"9","conversation_id":"8"}\n\n',
].join('');

interface Seen {
  method: string;
  path: string;
  query: Record<string, string>;
  body: Record<string, unknown>;
  request: TransportRequest;
}

type Answer = (seen: Seen) => Response | Error;

/** Calls with a gateway that answers as told and notes what came. */
function callsTo(answer: Answer, botId = BOT) {
  const seen: Seen[] = [];
  const calls = createCozeCalls({
    gateway: {
      toCoze(path, request = {}) {
        const url = new URL(path, 'https://coze.invalid');
        const call: Seen = {
          method: request.method ?? 'GET',
          path: url.pathname,
          query: Object.fromEntries(url.searchParams),
          body: JSON.parse(typeof request.body === 'string' ? request.body : '{}'),
          request,
        };
        seen.push(call);
        const given = answer(call);
        return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
      },
    },
    botId: () => botId,
    language: () => 'zh',
  });
  return { calls, seen };
}

/** One answer after the other; the last one for good. */
function inTurn(...answers: (() => Response)[]): Answer {
  return () => (answers.length > 1 ? answers.shift()! : answers[0]!)();
}

const json =
  (body: unknown, init: ResponseInit = {}): (() => Response) =>
  () =>
    Response.json(body, init);
const ok = (data: unknown): (() => Response) => json({ code: 0, msg: '', data });
const stream = (): Response =>
  new Response(STREAM, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });

async function chat(calls: ReturnType<typeof callsTo>['calls']): Promise<ChatPart[]> {
  const parts: ChatPart[] = [];
  const input = { conversationId: '8', userId: 'user', text: '你好' };
  for await (const part of calls.chat(input, new AbortController().signal)) parts.push(part);
  return parts;
}

afterEach(() => void vi.unstubAllGlobals());

describe('a chat', () => {
  test('is one question to one bot in one conversation, streamed', async () => {
    const { calls, seen } = callsTo(stream);
    const parts = await chat(calls);
    expect(parts.map(({ type }) => type)).toEqual(['started', 'answer', 'completed']);
    expect(seen).toMatchObject([
      {
        method: 'POST',
        path: '/v3/chat',
        query: { conversation_id: '8' },
        body: { bot_id: BOT, user_id: 'user', stream: true, connector_id: '999' },
        request: { streaming: true, headers: { 'Content-Type': 'application/json' } },
      },
    ]);
    expect(seen[0]!.body.additional_messages).toEqual([
      { role: 'user', type: 'question', content: '你好', content_type: 'text' },
    ]);
  });

  test.each([
    ['busy', 200, { code: 4016, msg: 'Conversation occupied' }],
    ['quota', 200, { code: 4028, msg: 'Insufficient credits' }],
    ['rate_limited', 429, { code: 4013, msg: 'Too many requests' }],
    ['pairing_refused', 401, { code: 'pairing_required', error: 'unknown key' }],
    ['no_credentials', 404, { code: 'not_found', error: 'no credentials' }],
    ['token_failed', 502, { code: 'token_failed', error: 'no token' }],
  ])('that is refused in JSON in place of a stream is %s', async (reason, status, body) => {
    const headers = { 'x-tt-logid': 'log-1', 'retry-after': '3' };
    const { calls } = callsTo(json(body, { status, headers }));
    await expect(chat(calls)).rejects.toMatchObject({
      reason,
      logid: 'log-1',
      retryAfterMs: 3_000,
    });
  });

  test.each([
    ['a page of another program', 200, 'text/html', '<h1>hi</h1>', 'port_taken'],
    ['a gateway’s error page', 502, 'text/html', '<h1>bad</h1>', 'upstream'],
    ['JSON that says it worked', 200, 'application/json', '{"code":0}', 'upstream'],
  ])('answered by %s fails', async (_words, status, type, body, reason) => {
    const { calls } = callsTo(() => {
      return new Response(body, { status, headers: { 'content-type': type } });
    });
    await expect(chat(calls)).rejects.toMatchObject({ reason });
  });

  test('without a connection says whose fault that is', async () => {
    const { calls } = callsTo(() => new TypeError('Failed to fetch'));
    vi.stubGlobal('navigator', { onLine: true });
    await expect(chat(calls)).rejects.toMatchObject({ reason: 'proxy_down' });
    vi.stubGlobal('navigator', { onLine: false });
    await expect(chat(calls)).rejects.toMatchObject({ reason: 'offline' });
  });

  test('with no bot set asks nobody', async () => {
    const { calls, seen } = callsTo(stream, '');
    await expect(chat(calls)).rejects.toMatchObject({ reason: 'bot_missing' });
    expect(seen).toEqual([]);
  });
});

describe('a bot published to the API only', () => {
  const apiOnly: Answer = ({ body, query, path }) => {
    const channel = query.connector_id ?? body.connector_id;
    if (channel === '999') return json(NOT_PUBLISHED)();
    return path === '/v3/chat' ? stream() : ok({ id: '8', conversations: [] })();
  };

  test('is asked there, and from then on at once', async () => {
    const { calls, seen } = callsTo(apiOnly);
    await calls.conversations();
    expect(await calls.createConversation()).toBe('8');
    await chat(calls);
    const channels = seen.map(({ query, body }) => query.connector_id ?? body.connector_id);
    expect(channels).toEqual(['999', '1024', '1024', '1024']);
  });

  test('published to neither is told, and may be published to the first later', async () => {
    const answers = [json(NOT_PUBLISHED), json(NOT_PUBLISHED), ok({ id: '8' })];
    const { calls, seen } = callsTo(inTurn(...answers));
    await expect(calls.createConversation()).rejects.toMatchObject({ reason: 'bot_not_published' });
    await calls.createConversation();
    expect(seen.map(({ body }) => body.connector_id)).toEqual(['999', '1024', '999']);
  });
});

describe('the bot', () => {
  const INFO = {
    name: 'Bot',
    description: 'helps',
    onboarding_info: { prologue: 'Hi', suggested_questions: ['A?'] },
  };
  const BOT_READ = { name: 'Bot', description: 'helps', prologue: 'Hi', suggestions: ['A?'] };

  test('is read by the present path', async () => {
    const { calls, seen } = callsTo(ok(INFO));
    expect(await calls.bot()).toEqual(BOT_READ);
    expect(seen.map(({ path }) => path)).toEqual([`/v1/bots/${BOT}`]);
  });

  test('is read by the older path where the present one does not know it', async () => {
    const { calls, seen } = callsTo(({ path }) =>
      path === '/v1/bot/get_online_info' ? ok(INFO)() : json(UNKNOWN, { status: 404 })(),
    );
    expect(await calls.bot()).toEqual(BOT_READ);
    expect(seen.at(-1)?.query).toEqual({ bot_id: BOT, connector_id: '999' });
  });

  test('that is nowhere is unknown', async () => {
    const { calls } = callsTo(json(UNKNOWN, { status: 404 }));
    await expect(calls.bot()).rejects.toMatchObject({ reason: 'bot_unknown' });
  });

  test('without a greeting has an empty one', async () => {
    const { calls } = callsTo(ok({ name: 'Bot' }));
    expect(await calls.bot()).toMatchObject({ prologue: '', suggestions: [] });
  });
});

describe('a token that Coze no longer accepts', () => {
  test('is renewed by the gateway: the second try is answered', async () => {
    const { calls, seen } = callsTo(inTurn(json(EXPIRED, { status: 401 }), stream));
    expect(await chat(calls)).toHaveLength(3);
    expect(seen).toHaveLength(2);
  });

  test('is renewed once, not for ever', async () => {
    for (const attempt of [
      (calls: ReturnType<typeof callsTo>['calls']) => chat(calls),
      (calls: ReturnType<typeof callsTo>['calls']) => calls.messages('8'),
    ]) {
      const { calls, seen } = callsTo(json(EXPIRED, { status: 401 }));
      await expect(attempt(calls)).rejects.toMatchObject({ reason: 'unauthorized' });
      expect(seen).toHaveLength(2);
    }
  });
});

describe('what was said', () => {
  test('is questions and answers, oldest first, files by their kind', async () => {
    const items = [
      { type: 'text', text: 'look' },
      { type: 'image', file_id: '1' },
    ];
    const { calls, seen } = callsTo(
      ok([
        { id: '5', role: 'assistant', type: 'follow_up', content: 'And?' },
        { id: '4', role: 'assistant', type: 'answer', content: 'nice' },
        { id: '3', role: 'assistant', type: 'function_call', content: '{}' },
        {
          id: '2',
          role: 'user',
          type: 'question',
          content: JSON.stringify(items),
          content_type: 'object_string',
        },
        { id: '1', role: 'user', type: 'question', content: '你好', content_type: 'text' },
      ]),
    );
    expect(await calls.messages('8')).toEqual([
      { id: '1', role: 'user', text: '你好' },
      { id: '2', role: 'user', text: 'look\n[image]' },
      { id: '4', role: 'assistant', text: 'nice' },
    ]);
    expect(seen[0]).toMatchObject({ body: { order: 'desc' }, query: { conversation_id: '8' } });
  });

  test('in a chat that was cut comes from its outcome', async () => {
    const { calls } = callsTo(({ path }) =>
      path === '/v3/chat/retrieve'
        ? ok({ status: 'completed' })()
        : ok([
            { type: 'answer', content: 'one' },
            { type: 'verbose', content: '{}' },
            { type: 'answer', content: 'two' },
            { type: 'follow_up', content: 'And?' },
          ])(),
    );
    expect(await calls.outcome('8', '9')).toEqual({
      status: 'completed',
      answer: 'one\n\ntwo',
      followUps: ['And?'],
    });
  });
});

test('conversations keep their ids as text and their time in milliseconds', async () => {
  const { calls } = callsTo(
    ok({ conversations: [{ id: '7654321098765432101', name: 'N', created_at: 1_763_000_000 }] }),
  );
  expect(await calls.conversations()).toEqual([
    { id: '7654321098765432101', name: 'N', createdAt: 1_763_000_000_000 },
  ]);
});
