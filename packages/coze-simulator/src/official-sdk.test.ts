/** Coze's own SDK, unchanged, against the simulator. */
import {
  ChatEventType,
  CozeAPI,
  getJWTToken,
  RoleType,
  type EnterMessage,
  type StreamChatData,
} from '@coze/api';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCozeSimulator, type CozeSimulator } from './simulator.ts';

let simulator: CozeSimulator;
let client: CozeAPI;
beforeAll(async () => {
  simulator = await startCozeSimulator({ charactersPerSecond: Infinity });
  client = clientFor((await signIn('somebody')).access_token);
});
afterAll(() => simulator.stop());

function signIn(sessionName: string, change: { keyid?: string; aud?: string } = {}) {
  const { client_id, public_key_id, private_key } = simulator.oauthConfig;
  return getJWTToken({
    baseURL: simulator.url,
    appId: client_id,
    aud: new URL(simulator.url).host,
    keyid: public_key_id,
    privateKey: private_key,
    sessionName,
    ...change,
  });
}

function clientFor(token: string): CozeAPI {
  return new CozeAPI({ baseURL: simulator.url, token });
}

function question(content: string) {
  return {
    bot_id: simulator.botId,
    user_id: 'u',
    additional_messages: [
      { role: RoleType.User, content, content_type: 'text', type: 'question' } as const,
    ],
  };
}

async function collect(stream: AsyncIterable<StreamChatData>): Promise<StreamChatData[]> {
  const events: StreamChatData[] = [];
  for await (const event of stream) events.push({ ...event });
  return events;
}

function textOf(events: StreamChatData[]): string {
  return events
    .map((event) =>
      event.event === ChatEventType.CONVERSATION_MESSAGE_DELTA ? event.data.content : '',
    )
    .join('');
}

describe('signing in', () => {
  test('gives a token that ends at an epoch', async () => {
    const token = await signIn('a');
    expect(token.access_token).toMatch(/^czs_/);
    expect(token.expires_in * 1000).toBeGreaterThan(Date.now() + 800_000);
  });

  test.each([{ keyid: 'unknown' }, { aud: 'api.coze.com' }])('with %j fails', async (change) => {
    await expect(signIn('a', change)).rejects.toMatchObject({
      status: 401,
      rawError: { error_code: 'invalid_client' },
    });
  });
});

describe('chatting', () => {
  test('streams', async () => {
    const events = await collect(client.chat.stream(question('你好 🙂')));
    expect(textOf(events)).toContain('你好 🙂');
    expect(events.at(-1)).toEqual({ event: 'done', data: '[DONE]' });
    expect(events.at(-2)!.event).toBe(ChatEventType.CONVERSATION_CHAT_COMPLETED);
  });

  test('polls', async () => {
    const { chat, messages } = await client.chat.createAndPoll(question('hello'));
    expect(chat.status).toBe('completed');
    expect(messages?.filter(({ type }) => type === 'follow_up')).toHaveLength(3);
    expect(messages?.find(({ type }) => type === 'answer')?.content).toContain('hello');
  });

  test('answers what the chat requires', async () => {
    const events = await collect(client.chat.stream(question('sim:requires_action')));
    const wanted = events.find(
      ({ event }) => event === ChatEventType.CONVERSATION_CHAT_REQUIRES_ACTION,
    );
    const chat = wanted!.data as unknown as {
      id: string;
      conversation_id: string;
      required_action: { submit_tool_outputs: { tool_calls: { id: string }[] } };
    };
    const rest = await collect(
      client.chat.submitToolOutputs({
        conversation_id: chat.conversation_id,
        chat_id: chat.id,
        stream: true,
        tool_outputs: chat.required_action.submit_tool_outputs.tool_calls.map(({ id }) => ({
          tool_call_id: id,
          output: '23:59',
        })),
      }),
    );
    expect(textOf(rest)).toContain('23:59');
  });

  test('cancels', async () => {
    const chat = await client.chat.create(question('sim:stall'));
    const canceled = await client.chat.cancel(chat.conversation_id, chat.id);
    expect(canceled.status).toBe('canceled');
  });

  test.each([
    ['sim:4016', { code: 4016, status: 200 }],
    ['sim:4028', { code: 4028 }],
    ['sim:4100', { name: 'AuthenticationError', code: 4100 }],
    ['sim:429', { name: 'RateLimitError' }],
    ['sim:503', { name: 'InternalServerError' }],
  ])('%s is its error', async (text, expected) => {
    const stream = client.chat.create(question(text));
    await expect(stream).rejects.toMatchObject({
      ...expected,
      logid: expect.stringMatching(/^\d{14}/) as string,
    });
  });
});

describe('the rest of the API', () => {
  test('bots, by both paths', async () => {
    const bot_id = simulator.botId;
    const older = await client.bots.retrieve({ bot_id });
    const newer = await client.bots.retrieveNew(bot_id);
    expect(newer).toMatchObject({ bot_id, name: older.name });
  });

  test('conversations and their messages', async () => {
    const bot_id = simulator.botId;
    const { id } = await client.conversations.create({
      bot_id,
      messages: [{ role: RoleType.User, content: 'first', content_type: 'text' }],
    });
    const { conversations } = await client.conversations.list({ bot_id, page_num: 1 });
    expect(conversations[0]!.id).toBe(id);
    expect((await client.conversations.retrieve(id)).id).toBe(id);
    const created = await client.conversations.messages.create(id, {
      role: RoleType.User,
      content: 'second',
      content_type: 'text',
      meta_data: {},
    });
    await client.conversations.messages.update(id, created.id, { content: 'changed' });
    expect(await client.conversations.messages.retrieve(id, created.id)).toMatchObject({
      content: 'changed',
    });
    const contents = async () =>
      (await client.conversations.messages.list(id)).data.map(({ content }) => content);
    expect(await contents()).toEqual(['changed', 'first']);
    await client.conversations.messages.delete(id, created.id);
    expect(await contents()).toEqual(['first']);
    expect(await client.conversations.clear(id)).toMatchObject({ conversation_id: id });
  });

  test('files', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'zcbot-sdk-'));
    const place = path.join(folder, 'a.txt');
    await writeFile(place, 'hello');
    const file = await client.files.upload({ file: createReadStream(place) });
    await rm(folder, { recursive: true });
    expect(await client.files.retrieve(file.id)).toMatchObject({ bytes: 5, file_name: 'a.txt' });
    const message: EnterMessage = {
      role: RoleType.User,
      type: 'question',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'file', file_id: file.id },
      ],
      content_type: 'object_string',
    };
    const asked = { bot_id: simulator.botId, user_id: 'u', additional_messages: [message] };
    const events = await collect(client.chat.stream(asked));
    expect(textOf(events)).toContain('What is this?');
    expect(textOf(events)).toContain('1 file');
  });

  test('the user', async () => {
    expect((await client.users.me()).user_name).toBe('simulator');
  });
});

test('two sessions never see each other', async () => {
  const bot_id = simulator.botId;
  const alice = clientFor((await signIn('alice')).access_token);
  const bob = clientFor((await signIn('bob')).access_token);
  const { id } = await alice.conversations.create({ bot_id });
  expect((await bob.conversations.list({ bot_id })).conversations).toEqual([]);
  await expect(bob.conversations.retrieve(id)).rejects.toMatchObject({ code: 4002 });
  // Where a stream was asked for and JSON came, this SDK tells of it as an error event.
  const events = await collect(bob.chat.stream({ ...question('hi'), conversation_id: id }));
  expect(events).toMatchObject([{ event: 'error', data: { code: 4002 } }]);
});

test('a personal access token works where it is registered', async () => {
  expect((await clientFor(simulator.pat).users.me()).user_name).toBe('simulator');
  await expect(clientFor('pat_other').users.me()).rejects.toMatchObject({ code: 4100 });
});
