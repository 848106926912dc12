import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCozeSimulator, type CozeSimulator } from '../simulator.ts';
import { ask, call, eventsOf, tokenFor, type RawEvent } from '../testing/raw-api.ts';

let simulator: CozeSimulator;
let token: string;
beforeAll(async () => {
  simulator = await startCozeSimulator({ charactersPerSecond: Infinity });
  token = await tokenFor(simulator, 'somebody');
});
afterAll(() => simulator.stop());

const answer = (events: RawEvent[]) =>
  events
    .filter(({ event }) => event === 'conversation.message.delta')
    .map(({ data }) => data.content)
    .join('');

describe('a streamed answer', () => {
  test('has Coze’s events in Coze’s order', async () => {
    const response = await ask(simulator, token, { text: '你好' });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const events = await eventsOf(response);
    const order = events
      .map(({ event, data }) => `${event} ${data.type ?? ''}`.trim())
      .filter((name, index, all) => name !== all[index - 1]);
    expect(order).toEqual([
      'conversation.chat.created',
      'conversation.chat.in_progress',
      'conversation.message.delta answer',
      'conversation.message.completed answer',
      'conversation.message.completed verbose',
      'conversation.message.completed follow_up',
      'conversation.chat.completed',
      'done',
    ]);
    expect(events.at(-1)!.data).toBe('[DONE]');
    expect(events.filter(({ data }) => data.type === 'follow_up')).toHaveLength(3);
    for (const { data } of events.slice(0, -1)) expect(data.id).toMatch(/^\d{19}$/);
  });

  test.each([
    ['你是谁？', '这不是真实的扣子智能体'],
    ['Who are you?', 'This is not a real Coze bot'],
  ])('to %j says in the same language that it is a simulator', async (text, label) => {
    const events = await eventsOf(await ask(simulator, token, { text }));
    expect(answer(events)).toContain(label);
    const whole = events.find(({ data }) => data.type === 'answer' && data.content!.length > 20);
    expect(whole!.data.content).toBe(answer(events));
  });

  test('splits characters between chunks', async () => {
    const response = await ask(simulator, token, { text: 'sim:long 汉字' });
    let split = 0;
    for await (const chunk of response.body!) if ((chunk[0]! & 0xc0) === 0x80) split += 1;
    expect(split).toBeGreaterThan(10);
  });

  test('comes at a human speed', async () => {
    const slow = await startCozeSimulator({ charactersPerSecond: 400 });
    try {
      const startedAt = performance.now();
      const events = await eventsOf(await ask(slow, slow.pat, { text: 'hi' }));
      const expected = (answer(events).length / 400) * 1000;
      expect(performance.now() - startedAt).toBeGreaterThan(expected * 0.9);
    } finally {
      await slow.stop();
    }
  });

  test('can be framed as the workflow endpoints do', async () => {
    const text = await (await ask(simulator, token, { text: 'sim:spaced hi' })).text();
    expect(text).toContain('event: conversation.chat.created\r\ndata: {');
  });
});

describe('a chat', () => {
  test('goes on when its client has gone away', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const response = await ask(simulator, token, { text: 'sim:long hi', signal });
    const reader = response.body!.getReader();
    const { value } = await reader.read();
    const first = new TextDecoder().decode(value);
    const id = /"id":"(\d+)"/.exec(first)![1]!;
    const conversation = /"conversation_id":"(\d+)"/.exec(first)![1]!;
    controller.abort();
    const query = `?conversation_id=${conversation}&chat_id=${id}`;
    await expect
      .poll(
        async () =>
          (await call(simulator, token, 'GET', `/v3/chat/retrieve${query}`)).json.data.status,
        { timeout: 10_000 },
      )
      .toBe('completed');
    const { json } = await call(simulator, token, 'GET', `/v3/chat/message/list${query}`);
    expect(json.data).toContainEqual(expect.objectContaining({ type: 'answer' }));
  });

  test('occupies its conversation; stopped, it frees it', async () => {
    const running = await ask(simulator, token, { text: 'sim:stall' });
    const reader = running.body!.getReader();
    let text = '';
    while (!text.includes('message.delta')) {
      text += new TextDecoder().decode((await reader.read()).value);
    }
    const chat_id = /"id":"(\d+)"/.exec(text)![1]!;
    const conversation_id = /"conversation_id":"(\d+)"/.exec(text)![1]!;
    const second = await ask(simulator, token, { text: 'hi', conversationId: conversation_id });
    expect(second.status).toBe(200);
    expect(await second.json()).toMatchObject({ code: 4016 });

    const body = { conversation_id, chat_id };
    const stopped = await call(simulator, token, 'POST', '/v3/chat/cancel', body);
    expect(stopped.json.data.status).toBe('canceled');
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      text += new TextDecoder().decode(chunk.value);
    }
    expect(text).toMatch(/conversation\.chat\.canceled[\s\S]*event:done\ndata:"\[DONE\]"\n\n$/);
    expect((await call(simulator, token, 'POST', '/v3/chat/cancel', body)).json.code).toBe(4104);
    const third = await ask(simulator, token, { text: 'hi', conversationId: conversation_id });
    expect((await eventsOf(third)).at(-2)!.event).toBe('conversation.chat.completed');
  });

  test('waits for the tools it asked for', async () => {
    const events = await eventsOf(await ask(simulator, token, { text: 'sim:requires_action now' }));
    const { id, conversation_id } = events[0]!.data;
    expect(events.at(-2)).toMatchObject({
      event: 'conversation.chat.requires_action',
      data: {
        required_action: {
          submit_tool_outputs: { tool_calls: [{ function: { name: 'get_local_time' } }] },
        },
      },
    });
    const action = events.at(-2)!.data as unknown as {
      required_action: { submit_tool_outputs: { tool_calls: { id: string }[] } };
    };
    const [toolCall] = action.required_action.submit_tool_outputs.tool_calls;
    const path = `/v3/chat/submit_tool_outputs?conversation_id=${conversation_id}&chat_id=${id}`;
    const wrong = { tool_outputs: [{ tool_call_id: 'x', output: '1' }] };
    expect((await call(simulator, token, 'POST', path, wrong)).json.code).toBe(4000);
    const response = await fetch(simulator.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        stream: true,
        tool_outputs: [{ tool_call_id: toolCall!.id, output: '12:34' }],
      }),
    });
    const rest = await eventsOf(response);
    expect(answer(rest)).toContain('12:34');
    expect(rest.at(-2)!.event).toBe('conversation.chat.completed');
  });

  test('without a stream is polled for', async () => {
    const response = await ask(simulator, token, { text: 'hi', body: { stream: false } });
    const { data } = (await response.json()) as { data: { id: string; conversation_id: string } };
    const path = `/v3/chat/retrieve?conversation_id=${data.conversation_id}&chat_id=${data.id}`;
    // Coze's own SDK posts here.
    await expect
      .poll(async () => (await call(simulator, token, 'POST', path)).json.data.status, {
        timeout: 10_000,
      })
      .toBe('completed');
  });
});

describe('a wrong request', () => {
  const object = (items: object[]) => ({
    additional_messages: [
      { role: 'user', content_type: 'object_string', content: JSON.stringify(items) },
    ],
  });
  test.each<[string, object, number]>([
    ['no bot', { bot_id: undefined }, 4000],
    ['an unknown bot', { bot_id: '7000000000000000099' }, 4006],
    ['no user', { user_id: '' }, 4000],
    [
      '101 messages',
      { additional_messages: Array(101).fill({ role: 'user', content: 'x' }) },
      4004,
    ],
    ['a message of nobody', { additional_messages: [{ role: 'x', content: 'x' }] }, 4005],
    [
      '17 meta_data',
      { meta_data: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, 'v'])) },
      4003,
    ],
    ['nothing kept and nothing streamed', { stream: false, auto_save_history: false }, 4007],
    ['text alone as objects', object([{ type: 'text', text: 'x' }]), 4000],
    [
      'two texts',
      object([
        { type: 'text', text: 'x' },
        { type: 'text', text: 'y' },
        { type: 'image', file_url: 'https://e.x/1' },
      ]),
      4000,
    ],
    ['a file that is not there', object([{ type: 'image', file_id: '1' }]), 4200],
    [
      'broken objects',
      { additional_messages: [{ role: 'user', content_type: 'object_string', content: '{' }] },
      4000,
    ],
  ])('%s', async (_, body, code) => {
    const response = await ask(simulator, token, { text: 'hi', body });
    expect(await response.json()).toMatchObject({ code });
  });

  test('an unpublished bot', async () => {
    simulator.control.unpublish(simulator.botId, '42');
    const response = await ask(simulator, token, { text: 'hi', body: { connector_id: '42' } });
    expect(await response.json()).toMatchObject({ code: 4015 });
  });
});

describe('on request', () => {
  test.each([
    ['sim:4028', 200, 4028],
    ['sim:4016', 200, 4016],
    ['sim:4100', 401, 4100],
    ['sim:401', 401, 4100],
    ['sim:429', 429, 4013],
    ['sim:500', 500, 5000],
    ['sim:503', 503, 5000],
  ])('%s answers JSON in place of a stream', async (text, status, code) => {
    const response = await ask(simulator, token, { text: `please ${text}` });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toMatchObject({
      code,
      detail: { logid: expect.any(String) as string },
    });
  });

  test('sim:cut breaks the connection, sim:end ends it in order', async () => {
    const cut = await ask(simulator, token, { text: 'sim:cut=10' });
    await expect(cut.text()).rejects.toThrow();
    const ended = await ask(simulator, token, { text: 'sim:end=10' });
    const events = await eventsOf(ended);
    expect(events.at(-1)!.event).toBe('conversation.message.delta');
  });

  test('sim:error and sim:failed end the chat', async () => {
    const error = await eventsOf(await ask(simulator, token, { text: 'sim:error=4013' }));
    expect(error.at(-2)).toMatchObject({ event: 'error', data: { code: 4013 } });
    const failed = await eventsOf(await ask(simulator, token, { text: 'sim:failed' }));
    expect(failed.at(-2)).toMatchObject({
      event: 'conversation.chat.failed',
      data: { status: 'failed', last_error: { code: 5000, msg: 'event interval error' } },
    });
  });

  test('sim:slow_head delays the head', async () => {
    const startedAt = performance.now();
    const response = await ask(simulator, token, { text: 'sim:slow_head=120' });
    expect(performance.now() - startedAt).toBeGreaterThan(115);
    await response.text();
  });

  test('sim:html is a gateway’s page', async () => {
    const response = await ask(simulator, token, { text: 'sim:html' });
    expect(response.status).toBe(502);
    expect(await response.text()).toMatch(/^<!doctype html>/);
  });

  test('sim:reasoning, sim:function, sim:nodelta', async () => {
    const text = 'sim:reasoning sim:function sim:nodelta';
    const events = await eventsOf(await ask(simulator, token, { text }));
    const types = events.map(({ data }) => data.type);
    expect(types).toEqual(expect.arrayContaining(['function_call', 'tool_response']));
    expect(events.filter(({ data }) => 'reasoning_content' in Object(data)).length).toBeGreaterThan(
      2,
    );
    expect(answer(events)).toBe('');
  });

  test('sim:help lists them all', async () => {
    const events = await eventsOf(await ask(simulator, token, { text: 'sim:help' }));
    for (const word of ['sim:cut', 'sim:4016', 'sim:slow_head', 'sim:requires_action']) {
      expect(answer(events)).toContain(word);
    }
  });

  test('a planned failure comes as often as planned, on its path', async () => {
    const { control } = simulator;
    control.fail({ path: '/v1/users/me', code: 4009, times: 2, retryAfterSeconds: 3 });
    control.fail({ path: '/v1/bots/x', reset: true });
    expect((await call(simulator, token, 'GET', `/v1/bots/${simulator.botId}`)).json.code).toBe(0);
    for (const code of [4009, 4009, 0]) {
      const { json, headers } = await call(simulator, token, 'GET', '/v1/users/me');
      expect([json.code, headers.get('retry-after')]).toEqual([code, code ? '3' : null]);
    }
    await expect(fetch(`${simulator.url}/v1/bots/x`)).rejects.toThrow();
  });
});
