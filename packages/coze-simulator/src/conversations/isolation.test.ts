import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_BOT, startCozeSimulator, type CozeSimulator } from '../simulator.ts';
import { ask, call, eventsOf, tokenFor } from '../testing/raw-api.ts';

const OTHER_BOT = { id: '7000000000000000002', name: 'Other' };
let simulator: CozeSimulator;
let alice: string;
let bob: string;
let conversation: string;

beforeAll(async () => {
  simulator = await startCozeSimulator({
    charactersPerSecond: Infinity,
    bots: [DEFAULT_BOT, OTHER_BOT],
  });
  [alice, bob] = await Promise.all([tokenFor(simulator, 'alice'), tokenFor(simulator, 'bob')]);
});
afterAll(() => simulator.stop());

beforeEach(async () => {
  const body = { bot_id: simulator.botId };
  const { json } = await call(simulator, alice, 'POST', '/v1/conversation/create', body);
  conversation = json.data.id;
});

async function listed(token: string, query = ''): Promise<unknown[]> {
  const path = `/v1/conversations?bot_id=${simulator.botId}${query}`;
  return (await call(simulator, token, 'GET', path)).json.data.conversations as unknown[];
}

describe('a conversation of one session', () => {
  test('is listed for its own session only', async () => {
    expect(await listed(alice)).toContainEqual(expect.objectContaining({ id: conversation }));
    expect(await listed(bob)).toEqual([]);
    expect(await listed(simulator.pat)).toEqual([]);
  });

  test('is the same for another token of its session', async () => {
    const again = await tokenFor(simulator, 'alice');
    expect(await listed(again)).toEqual(await listed(alice));
  });

  test('belongs to one channel and one bot', async () => {
    expect(await listed(alice, '&connector_id=999')).toEqual([]);
    for (const body of [{ connector_id: '999' }, { bot_id: OTHER_BOT.id }]) {
      const response = await ask(simulator, alice, {
        text: 'hi',
        conversationId: conversation,
        body,
      });
      expect(await response.json()).toMatchObject({ code: 4002 });
    }
  });

  test.each<[string, string, object?]>([
    ['GET', '/v1/conversation/retrieve?conversation_id=ID'],
    ['POST', '/v1/conversations/ID/clear'],
    ['PUT', '/v1/conversations/ID', { name: 'mine' }],
    ['DELETE', '/v1/conversations/ID'],
    ['POST', '/v1/conversation/message/list?conversation_id=ID', {}],
    ['POST', '/v1/conversation/message/create?conversation_id=ID', { role: 'user', content: 'x' }],
  ])('%s %s: as if it did not exist', async (method, path, body) => {
    const address = path.replace('ID', conversation);
    const { json } = await call(simulator, bob, method, address, body);
    expect(json.code).toBe(4002);
    expect((await call(simulator, alice, method, address, body)).json.code).toBe(0);
  });

  test('cannot be chatted in by others, nor its chats be read or stopped', async () => {
    const foreign = await ask(simulator, bob, { text: 'hi', conversationId: conversation });
    expect(await foreign.json()).toMatchObject({ code: 4002 });
    const own = await ask(simulator, alice, { text: 'hi', conversationId: conversation });
    const chatId = (await eventsOf(own))[0]!.data.id;
    const query = `conversation_id=${conversation}&chat_id=${chatId}`;
    for (const path of ['/v3/chat/retrieve', '/v3/chat/message/list']) {
      expect((await call(simulator, bob, 'GET', `${path}?${query}`)).json.code).toBe(4001);
      expect((await call(simulator, alice, 'GET', `${path}?${query}`)).json.code).toBe(0);
    }
    const body = { conversation_id: conversation, chat_id: chatId };
    expect((await call(simulator, bob, 'POST', '/v3/chat/cancel', body)).json.code).toBe(4001);
  });
});

describe('messages', () => {
  async function list(body: object) {
    const path = `/v1/conversation/message/list?conversation_id=${conversation}`;
    const { json } = await call(simulator, alice, 'POST', path, body);
    return json as unknown as {
      data: { id: string; content: string; type: string }[];
      first_id: string;
      last_id: string;
      has_more: boolean;
    };
  }

  beforeEach(async () => {
    for (const text of ['one', 'two', 'three']) {
      await (await ask(simulator, alice, { text, conversationId: conversation })).text();
    }
  });

  test('are questions and answers only, newest first, with the paging beside data', async () => {
    const { data, first_id, last_id, has_more } = await list({});
    expect(data.map(({ type }) => type)).toEqual(Array(3).fill(['answer', 'question']).flat());
    expect(data[1]!.content).toBe('three');
    expect([first_id, last_id, has_more]).toEqual([data[0]!.id, data[5]!.id, false]);
  });

  test('can be paged through without gap or repeat', async () => {
    const all = (await list({})).data.map(({ id }) => id);
    const seen: string[] = [];
    for (let after_id: string | undefined, more = true; more;) {
      const page = await list({ limit: 2, ...(after_id && { after_id }) });
      seen.push(...page.data.map(({ id }) => id));
      after_id = page.last_id;
      more = page.has_more;
    }
    expect(seen).toEqual(all);
    const last = await list({ limit: 2, before_id: all.at(-1) });
    expect(last.data.map(({ id }) => id)).toEqual(all.slice(-3, -1));
  });

  test('can be asked for oldest first', async () => {
    expect((await list({ order: 'asc' })).data[0]!.content).toBe('one');
  });

  test('stay listed after the context was cleared', async () => {
    const before = (await list({})).data;
    const { json } = await call(
      simulator,
      alice,
      'POST',
      `/v1/conversations/${conversation}/clear`,
    );
    expect(json.data).toMatchObject({ conversation_id: conversation });
    expect((await list({})).data).toEqual(before);
  });
});
