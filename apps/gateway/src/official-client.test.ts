/** Coze's own client, unchanged, through the real proxy: with a token of the broker, and with none at all. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CozeAPI, RoleType, type StreamChatData } from '@coze/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSettings } from '@zcbot/config';
import { startCozeSimulator, type CozeSimulator } from '@zcbot/coze-simulator';
import { gatewaySettings } from './config/settings.ts';
import { startGateway, type RunningGateway } from './main.ts';

/** What a page has in place of a token when the gateway adds it. */
const PLACEHOLDER = 'placeholder';

let simulator: CozeSimulator;
let folder: string;
let gateway: RunningGateway;

beforeAll(async () => {
  simulator = await startCozeSimulator({ charactersPerSecond: Infinity });
  folder = await mkdtemp(join(tmpdir(), 'zcbot-official-'));
  const config = join(folder, 'coze_oauth_config.json');
  await writeFile(config, JSON.stringify(simulator.oauthConfig), { mode: 0o600 });
  gateway = await startGateway({
    settings: parseSettings(gatewaySettings, {
      COZE_PROXY_PORT: '0',
      COZE_AUTH_PORT: '0',
      COZE_API_BASE: simulator.url,
      ZCBOT_DATA_DIR: join(folder, 'data'),
    }),
    root: folder,
    version: '0.0.0',
  });
});
afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
  await rm(folder, { recursive: true });
});

async function brokersToken(name: string): Promise<string> {
  const answer = await fetch(`${gateway.brokerUrl}/callback?session_name=${name}`, {
    headers: { 'X-Requested-With': 'XMLHttpRequest' },
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

const FORMS: Record<string, (name: string) => Promise<CozeAPI>> = {
  'the plain form, with a token of the broker': async (name) =>
    new CozeAPI({
      baseURL: `${gateway.proxyUrl}/${simulator.url}`,
      token: await brokersToken(name),
    }),
  'the /coze/ form, without a token': (name) =>
    Promise.resolve(
      new CozeAPI({
        baseURL: `${gateway.proxyUrl}/coze`,
        token: PLACEHOLDER,
        headers: { 'X-Session-Name': name },
      }),
    ),
};

function question(content: string) {
  return {
    bot_id: simulator.botId,
    user_id: 'u',
    additional_messages: [
      { role: RoleType.User, content, content_type: 'text', type: 'question' } as const,
    ],
  };
}

describe.each(Object.keys(FORMS))('%s', (form) => {
  const client = (name: string) => FORMS[form]!(`${name}-${form.length}`);

  test('streams a chat', async () => {
    const events: StreamChatData[] = [];
    const { chat } = await client('stream');
    for await (const event of chat.stream(question('你好 🙂'))) events.push({ ...event });
    const text = events.map((event) =>
      (event.event as string) === 'conversation.message.delta'
        ? (event.data as { content: string }).content
        : '',
    );
    expect(text.join('')).toContain('你好 🙂');
    expect(events.map(({ event }) => event as string).slice(-2)).toEqual([
      'conversation.chat.completed',
      'done',
    ]);
  });

  test('asks and polls without a stream', async () => {
    const { chat, messages } = await (await client('poll')).chat.createAndPoll(question('hello'));
    expect(chat.status).toBe('completed');
    expect(messages?.find(({ type }) => type === 'answer')?.content).toContain('hello');
  });

  test('creates and lists conversations and reads their messages', async () => {
    const bot_id = simulator.botId;
    const { conversations } = await client('conversations');
    const { id } = await conversations.create({
      bot_id,
      messages: [{ role: RoleType.User, content: 'first', content_type: 'text' }],
    });
    const listed = await conversations.list({ bot_id, page_num: 1 });
    expect(listed.conversations.map((conversation) => conversation.id)).toEqual([id]);
    const { data } = await conversations.messages.list(id);
    expect(data.map(({ content }) => content)).toEqual(['first']);
  });

  test('two names never see each other', async () => {
    const bot_id = simulator.botId;
    const [alice, bob] = await Promise.all([client('alice'), client('bob')]);
    const { id } = await alice.conversations.create({ bot_id });
    expect((await bob.conversations.list({ bot_id })).conversations).toEqual([]);
    await expect(bob.conversations.retrieve(id)).rejects.toMatchObject({ code: 4002 });
  });

  test('Coze’s errors arrive with their support id', async () => {
    const asked = (await client('errors')).chat.create(question('sim:4028'));
    await expect(asked).rejects.toMatchObject({
      code: 4028,
      logid: expect.stringMatching(/^\d{14}/) as string,
    });
  });
});
