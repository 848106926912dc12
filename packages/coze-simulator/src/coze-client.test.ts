/** This project's own client against the simulator, over real connections. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAnswerText } from '@zcbot/coze/answer-text';
import type { ChatEvent } from '@zcbot/coze/chat-events';
import {
  createCozeClient,
  WEB_SDK_CONNECTOR_ID,
  type ChatInput,
  type CozeClientOptions,
  type CozeSession,
} from '@zcbot/coze/client';
import { patCredentials } from '@zcbot/coze/credentials';
import { parseOAuthConfig } from '@zcbot/coze/oauth-config';
import { createTokenSource, type TokenSource } from '@zcbot/coze/token-source';
import { startCozeSimulator, type CozeSimulator } from './simulator.ts';

let simulator: CozeSimulator;
let tokens: TokenSource;
let session: CozeSession;

async function tokenSource(options: { durationSeconds?: number } = {}): Promise<TokenSource> {
  const result = await parseOAuthConfig(JSON.stringify(simulator.oauthConfig));
  if (!result.ok) throw new Error(result.faults[0]?.message.en);
  return createTokenSource({ credentials: result.credentials, ...options });
}

function sessionOf(sessionName: string, options: Partial<CozeClientOptions> = {}): CozeSession {
  return createCozeClient({ tokens, ...options }).session({ sessionName });
}

beforeAll(async () => {
  simulator = await startCozeSimulator({ charactersPerSecond: Infinity });
  tokens = await tokenSource();
  session = sessionOf('somebody');
});
afterAll(async () => {
  tokens.close();
  await simulator.stop();
});
beforeEach(() => {
  simulator.control.forget();
  simulator.control.setCharactersPerSecond(Infinity);
});

function question(message: ChatInput['message'], conversationId?: string): ChatInput {
  const conversation = conversationId === undefined ? {} : { conversationId };
  return { botId: simulator.botId, userId: 'u', message, ...conversation };
}

async function collect(stream: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

function textOf(events: ChatEvent[], kind = 'answer'): string {
  const answer = createAnswerText();
  return events
    .flatMap((event) => answer.accept(event))
    .filter((piece) => piece.kind === kind)
    .map(({ text }) => text)
    .join('');
}

/** Machines under load are slow; nothing here depends on how fast. */
const PATIENT = { timeout: 10_000 };

const paths = () => simulator.control.requests().map(({ method, path }) => `${method} ${path}`);
const exchanges = () => paths().filter((path) => path.includes('/oauth2/')).length;

describe('a chat', () => {
  test('is streamed, goes on in its conversation, and is listed', async () => {
    const first = await collect(session.chat(question('你好 🙂')));
    expect(first.map(({ type }) => type).filter((type) => type !== 'message.delta')).toEqual([
      'chat.created',
      'chat.in_progress',
      ...Array<string>(5).fill('message.completed'),
      'chat.completed',
    ]);
    expect(textOf(first)).toContain('你好 🙂');
    const [created] = first;
    if (created?.type !== 'chat.created') throw new Error('no chat.created');
    const { conversationId } = created.chat;
    const second = await collect(session.chat(question('again', conversationId)));
    expect(textOf(second)).toContain('question 2');
    const { messages } = await session.listMessages({ conversationId, order: 'asc' });
    expect(messages.map(({ type }) => type)).toEqual(['question', 'answer', 'question', 'answer']);
    expect(messages[3]!.content).toBe(textOf(second));
    const reference = { conversationId, chatId: created.chat.id };
    expect(await session.retrieveChat(reference)).toMatchObject({ status: 'completed' });
    const listed = await session.listChatMessages(reference);
    expect(listed.filter(({ type }) => type === 'follow_up')).toHaveLength(3);
  });

  test.each(['sim:spaced', 'sim:nodelta', 'sim:reasoning', 'sim:function', 'sim:long'])(
    '%s gives the whole answer once',
    async (keyword) => {
      const events = await collect(session.chat(question(`${keyword} 汉字`)));
      const whole = events.find(
        (event) => event.type === 'message.completed' && event.message.type === 'answer',
      );
      expect(whole?.type === 'message.completed' && whole.message.content).toBe(textOf(events));
      if (keyword === 'sim:reasoning') expect(textOf(events, 'reasoning')).toMatch(/模拟器/);
    },
  );

  test('waits for tools', async () => {
    const events = await collect(session.chat(question('sim:requires_action')));
    const end = events.at(-1);
    if (end?.type !== 'chat.requires_action') throw new Error(end?.type);
    const { id: chatId, conversationId, toolCalls } = end.chat;
    const toolOutputs = toolCalls.map(({ id }) => ({ toolCallId: id, output: '08:15' }));
    const rest = await collect(session.submitToolOutputs({ chatId, conversationId, toolOutputs }));
    expect(textOf(rest)).toContain('08:15');
  });

  test('is stopped at Coze, and what had been said stays', async () => {
    simulator.control.setCharactersPerSecond(200);
    const seen: ChatEvent[] = [];
    for await (const event of session.chat(question('sim:long'))) {
      seen.push(event);
      if (event.type === 'message.delta' && seen.length === 8) {
        const { conversationId, chatId = '' } = event.message;
        const stopped = await session.cancelChat({ conversationId, chatId });
        expect(stopped.status).toBe('canceled');
        await expect(session.cancelChat({ conversationId, chatId })).rejects.toMatchObject({
          kind: 'not_cancelable',
        });
      }
    }
    expect(seen.at(-1)?.type).toBe('chat.canceled');
    expect(textOf(seen)).toMatch(/^\*\*\[Sim/);
  });

  test('takes files and images with its text', async () => {
    const content = new Blob(['hello'], { type: 'text/plain' });
    const file = await session.uploadFile({ name: '说明.txt', content });
    expect(file).toMatchObject({ name: '说明.txt', bytes: 5 });
    const events = await collect(
      session.chat(
        question([
          { type: 'text', text: 'what is it?' },
          { type: 'file', fileId: file.id },
          { type: 'image', fileUrl: 'https://images.example/1.png' },
        ]),
      ),
    );
    expect(textOf(events)).toContain('“what is it?” (with 1 file)');
    // Text alone goes as text: as objects Coze would refuse it.
    expect(
      textOf(await collect(session.chat(question([{ type: 'text', text: 'alone' }])))),
    ).toContain('alone');
  });
});

describe('what goes wrong', () => {
  test.each([
    ['sim:4016', { kind: 'conversation_busy', code: 4016, status: 200 }],
    ['sim:4028', { kind: 'quota_exhausted', code: 4028 }],
    ['sim:4015', { kind: 'bot_not_published' }],
    ['sim:4101', { kind: 'forbidden', code: 4101 }],
    ['sim:429', { kind: 'rate_limited', status: 429 }],
    ['sim:503', { kind: 'upstream_failed', status: 503 }],
    ['sim:html', { kind: 'upstream_failed', status: 502 }],
    ['sim:error=4013', { kind: 'rate_limited', code: 4013 }],
    ['sim:cut', { kind: 'stream_cut' }],
    ['sim:end', { kind: 'stream_cut' }],
  ])('%s', async (text, expected) => {
    const caught: unknown = await collect(session.chat(question(text))).catch(
      (error: unknown) => error,
    );
    expect(caught).toMatchObject(expected);
    expect(JSON.stringify(caught) + String(caught)).not.toMatch(/czs_|eyJ/);
    if (text !== 'sim:cut')
      expect(caught).toMatchObject({ logid: expect.stringMatching(/^2/) as string });
    expect(paths().filter((path) => path.startsWith('POST /v3/chat'))).toHaveLength(1);
  });

  test('a failed chat ends the stream with its reason', async () => {
    const events = await collect(session.chat(question('sim:failed=4028')));
    expect(events.at(-1)).toMatchObject({
      type: 'chat.failed',
      chat: { status: 'failed' },
      error: { kind: 'quota_exhausted', code: 4028 },
    });
  });

  test('a slow head and silence are two different time-outs', async () => {
    for (const [timeouts, keyword, phase] of [
      [{ headMs: 60 }, 'sim:slow_head=5000', 'head'],
      [{ idleMs: 60 }, 'sim:stall', 'idle'],
    ] as const) {
      const stream = sessionOf('somebody', { timeouts }).chat(question(keyword));
      await expect(collect(stream)).rejects.toMatchObject({ kind: 'timeout', phase });
    }
  });

  test('reads are asked again after a 5xx or a broken connection, a chat is not', async () => {
    simulator.control.fail({ path: '/v1/conversations', status: 503 });
    simulator.control.fail({ path: '/v1/conversations', reset: true });
    await session.listConversations({ botId: simulator.botId });
    expect(paths().filter((path) => path.startsWith('GET'))).toHaveLength(3);
    simulator.control.fail({ path: '/v3/chat', reset: true });
    await expect(collect(session.chat(question('hi')))).rejects.toMatchObject({ kind: 'network' });
  });

  test('nobody at the port is a network fault without a token in it', async () => {
    const gone = await startCozeSimulator();
    const pat = patCredentials({ pat: gone.pat, apiBase: gone.url });
    await gone.stop();
    if (!pat.ok) throw new Error('refused');
    const lonely = createCozeClient({
      tokens: createTokenSource({ credentials: pat.credentials }),
    }).session();
    const caught: unknown = await collect(
      lonely.chat({ botId: '7', userId: 'u', message: 'x' }),
    ).catch((error: unknown) => error);
    expect(caught).toMatchObject({ kind: 'network', code: 'ECONNREFUSED' });
    expect(JSON.stringify(caught) + String(caught)).not.toContain(gone.pat);
  });
});

describe('the token', () => {
  test('that ended in the meantime is replaced, and the user notices nothing', async () => {
    const own = sessionOf('expiring');
    await collect(own.chat(question('one')));
    simulator.control.expireTokens();
    simulator.control.forget();
    expect(textOf(await collect(own.chat(question('two'))))).toContain('two');
    expect(paths()).toEqual([
      'POST /v3/chat',
      'POST /api/permission/oauth2/token',
      'POST /v3/chat',
    ]);
  });

  test('that stays refused is an error after one more try', async () => {
    simulator.control.fail({ path: '/v3/chat', code: 4100, status: 401, times: 9 });
    await expect(collect(session.chat(question('x')))).rejects.toMatchObject({
      kind: 'unauthorized',
    });
    expect(paths().filter((path) => path === 'POST /v3/chat')).toHaveLength(2);
  });

  test('is renewed before its end, on real time', async () => {
    const short = await tokenSource({ durationSeconds: 3 });
    try {
      const first = await short.get({ sessionName: 'short' });
      await expect
        .poll(async () => (await short.get({ sessionName: 'short' })).token, PATIENT)
        .not.toBe(first.token);
    } finally {
      short.close();
    }
  });

  test('is right even where this machine’s clock is wrong', async () => {
    simulator.control.setClockOffset(-7_200_000);
    const late = await tokenSource();
    try {
      const token = await late.get({ sessionName: 'late' });
      expect(token.ttlSeconds).toBeGreaterThan(850);
      expect(token.ttlSeconds).toBeLessThan(950);
      expect(exchanges()).toBe(2);
    } finally {
      late.close();
      simulator.control.setClockOffset(0);
    }
  });

  test('of a thousand concurrent asks is one exchange', async () => {
    const fresh = await tokenSource();
    await Promise.all(Array.from({ length: 1_000 }, () => fresh.get({ sessionName: 'crowd' })));
    expect(exchanges()).toBe(1);
    fresh.close();
  });
});

describe('conversations', () => {
  test('are made, listed, renamed, cleared and deleted', async () => {
    const own = sessionOf('conversations');
    const { botId } = simulator;
    const metaData = { task: '1' };
    const made = await own.createConversation({ botId, name: 'one', metaData });
    expect(made).toMatchObject({ name: 'one', metaData });
    expect((await own.renameConversation(made.id, '二')).name).toBe('二');
    expect(await own.retrieveConversation(made.id)).toMatchObject({ id: made.id, name: '二' });
    expect((await own.clearConversation(made.id)).sectionId).not.toBe(made.sectionId);
    for (const _ of [1, 2]) await own.createConversation({ botId });
    const page = await own.listConversations({ botId, pageSize: 2 });
    expect([page.conversations.length, page.hasMore]).toEqual([2, true]);
    const last = await own.listConversations({ botId, pageSize: 2, pageNumber: 2 });
    expect(last).toMatchObject({ conversations: [{ id: made.id }], hasMore: false });
    await own.deleteConversation(made.id);
    await expect(own.retrieveConversation(made.id)).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('belong to one session and one channel', async () => {
    const { botId } = simulator;
    const made = await sessionOf('alice').createConversation({ botId });
    const others = [sessionOf('bob'), sessionOf('alice', { connectorId: WEB_SDK_CONNECTOR_ID })];
    for (const other of others) {
      expect((await other.listConversations({ botId })).conversations).toEqual([]);
      await expect(collect(other.chat(question('hi', made.id)))).rejects.toMatchObject({
        kind: 'not_found',
        code: 4002,
      });
    }
  });
});

describe('the bot', () => {
  test('is described', async () => {
    const bot = await session.bot(simulator.botId);
    expect(bot).toMatchObject({ id: simulator.botId, name: 'Coze 模拟器 · Simulator' });
    expect(bot.suggestedQuestions).toHaveLength(3);
  });

  test('is asked for by the older path where the current one is missing', async () => {
    simulator.control.fail({ path: `/v1/bots/${simulator.botId}`, status: 404, code: 4200 });
    expect((await session.bot(simulator.botId)).id).toBe(simulator.botId);
    expect(paths().at(-1)).toContain('/v1/bot/get_online_info?bot_id=');
  });

  test('that does not exist or is not published is told apart', async () => {
    await expect(session.bot('7000000000000000077')).rejects.toMatchObject({ kind: 'not_found' });
    simulator.control.unpublish(simulator.botId, '555');
    const other = sessionOf('somebody', { connectorId: '555' });
    await expect(collect(other.chat(question('hi')))).rejects.toMatchObject({
      kind: 'bot_not_published',
    });
  });
});

describe('an abort', () => {
  test('before, during the head and in the stream rejects with its reason', async () => {
    const reason = new Error('enough');
    await expect(
      collect(session.chat(question('x'), { signal: AbortSignal.abort(reason) })),
    ).rejects.toBe(reason);
    for (const text of ['sim:slow_head=20000', 'sim:stall']) {
      simulator.control.forget();
      const controller = new AbortController();
      const reading = collect(session.chat(question(text), { signal: controller.signal }));
      reading.catch(() => undefined);
      await expect.poll(() => paths().length, PATIENT).toBe(1);
      controller.abort(reason);
      await expect(reading).rejects.toBe(reason);
      await expect.poll(() => simulator.control.requests()[0]?.aborted, PATIENT).toBe(true);
    }
  });

  test('leaving the loop closes the connection', async () => {
    for await (const event of session.chat(question('sim:stall'))) {
      if (event.type === 'message.delta') break;
    }
    await expect.poll(() => simulator.control.requests().at(-1)?.aborted, PATIENT).toBe(true);
  });
});

test('a finished stream leaves its connection to the next request', async () => {
  for (let turn = 0; turn < 3; turn += 1) await collect(session.chat(question('hi')));
  await expect
    .poll(() => simulator.control.requests().map(({ aborted }) => aborted), PATIENT)
    .toEqual([false, false, false]);
});
