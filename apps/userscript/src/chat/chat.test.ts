import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError, type Cause } from '../coze-calls/call-error.ts';
import type { ChatPart } from '../coze-calls/chat-stream.ts';
import type { CozeCalls } from '../coze-calls/coze-calls.ts';
import { createChat } from './chat.ts';

type Step = ChatPart | CallError | 'wait';

const STARTED: ChatPart = { type: 'started', conversationId: 'c1', chatId: 'chat1' };
const DONE: ChatPart = { type: 'completed' };
const says = (text: string): ChatPart => ({ type: 'answer', messageId: 'm', text });
const refused = (reason: Cause): CallError => new CallError(reason);

/** Coze as the chat sees it: every question takes the next script. `wait` lasts until the abort. */
function coze(scripts: Step[][], past: Partial<CozeCalls> = {}) {
  const asked: { conversationId: string; text: string }[] = [];
  const cancelled: string[] = [];
  let made = 0;
  const calls: CozeCalls = {
    bot: () => Promise.resolve({ name: 'bot', description: '', prologue: '', suggestions: [] }),
    conversations: () => Promise.resolve([]),
    createConversation: () => Promise.resolve(`c${(made += 1)}`),
    messages: () => Promise.resolve([]),
    async *chat({ conversationId, text }, signal) {
      asked.push({ conversationId, text });
      for (const step of scripts.shift() ?? []) {
        if (step === 'wait') await aborted(signal);
        else if (step instanceof CallError) throw step;
        else yield step;
      }
    },
    cancel: (_conversation, chatId) => {
      cancelled.push(chatId);
      return Promise.resolve();
    },
    outcome: () => Promise.reject(refused('proxy_down')),
    ...past,
  };
  const troubles: Cause[] = [];
  let successes = 0;
  const chat = createChat({
    calls,
    userId: () => Promise.resolve('user'),
    onTrouble: ({ reason }) => void troubles.push(reason),
    onSuccess: () => void (successes += 1),
    signal: new AbortController().signal,
  });
  return { chat, asked, cancelled, troubles, successes: () => successes };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** Everything that can happen without time passing. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const minutes = (count: number): Promise<unknown> => vi.advanceTimersByTimeAsync(count * 60_000);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a question', () => {
  test('is answered in parts, with what to ask next', async () => {
    const { chat, asked, successes } = coze([
      [STARTED, says('Hel'), says('lo'), { type: 'follow_up', text: 'And?' }, DONE],
    ]);
    chat.send('  hi  ');
    expect(chat.state.answering).toBe(true);
    await settle();
    expect(asked).toEqual([{ conversationId: 'c1', text: 'hi' }]);
    expect(chat.state.messages).toMatchObject([
      { role: 'user', text: 'hi', status: 'complete' },
      { role: 'assistant', text: 'Hello', status: 'complete', error: null },
    ]);
    expect(chat.state).toMatchObject({ followUps: ['And?'], answering: false });
    expect(successes()).toBe(1);
  });

  test('of nothing is none, and there is one at a time', async () => {
    const { chat, asked } = coze([[STARTED, 'wait']]);
    chat.send('   ');
    chat.send('one');
    chat.send('two');
    await settle();
    expect(asked.map(({ text }) => text)).toEqual(['one']);
  });

  test('waits while Coze still ends the chat before (4016)', async () => {
    const { chat, asked, troubles } = coze([
      [refused('busy')],
      [refused('busy')],
      [STARTED, says('ok'), DONE],
    ]);
    chat.send('hi');
    await settle();
    expect(asked).toHaveLength(1);
    await minutes(1);
    expect(asked).toHaveLength(3);
    expect(chat.state.messages.at(-1)).toMatchObject({ text: 'ok', status: 'complete' });
    expect(troubles).toEqual([]);
  });

  test('is given up when Coze stays busy, and can be asked again', async () => {
    const busy = Array.from({ length: 10 }, () => [refused('busy')]);
    const { chat, asked } = coze(busy);
    chat.send('hi');
    await minutes(1);
    expect(asked.length).toBeLessThan(10);
    expect(chat.state.messages.at(-1)).toMatchObject({
      status: 'failed',
      error: { reason: 'busy' },
    });
    expect(chat.state.answering).toBe(false);
  });

  test('in a conversation that Coze no longer knows goes to a new one', async () => {
    const { chat, asked } = coze([[refused('bot_unknown')], [STARTED, says('ok'), DONE]], {
      conversations: () => Promise.resolve([{ id: 'gone', name: '', createdAt: 0 }]),
    });
    await chat.open();
    expect(chat.state.conversationId).toBe('gone');
    chat.send('hi');
    await settle();
    expect(asked.map(({ conversationId }) => conversationId)).toEqual(['gone', 'c1']);
    expect(chat.state.messages.at(-1)).toMatchObject({ text: 'ok', status: 'complete' });
  });

  test('to a bot that is not there is not asked for ever', async () => {
    const { chat, asked, troubles } = coze([[refused('bot_unknown')], [refused('bot_unknown')]]);
    chat.send('hi');
    await settle();
    expect(asked).toHaveLength(1);
    expect(troubles).toEqual(['bot_unknown']);
  });

  test('put while the history is still coming is not lost to it', async () => {
    let arrive = (): void => undefined;
    const { chat } = coze([[STARTED, says('ok'), DONE]], {
      conversations: () => Promise.resolve([{ id: 'old', name: '', createdAt: 0 }]),
      messages: () =>
        new Promise((resolve) => {
          arrive = () => resolve([{ id: '1', role: 'user', text: 'long ago' }]);
        }),
    });
    const opening = chat.open();
    await settle();
    chat.send('at once');
    await settle();
    arrive();
    await opening;
    expect(chat.state.bot?.name).toBe('bot');
    expect(chat.state.conversationId).toBe('c1');
    expect(chat.state.messages.map(({ text }) => text)).toEqual(['at once', 'ok']);
  });
});

describe('stop', () => {
  test('keeps what was said, tells Coze, and lets ask again at once', async () => {
    const { chat, cancelled, troubles } = coze([
      [STARTED, says('half'), 'wait'],
      [STARTED, says('whole'), DONE],
    ]);
    chat.send('hi');
    await settle();
    chat.stop();
    expect(chat.state.answering).toBe(false);
    await settle();
    expect(chat.state.messages.at(-1)).toMatchObject({ text: 'half', status: 'stopped' });
    expect(cancelled).toEqual(['chat1']);
    expect(troubles).toEqual([]);
    chat.retry(chat.state.messages.at(-1)!.key);
    await settle();
    expect(chat.state.messages.map(({ text }) => text)).toEqual(['hi', 'whole']);
  });

  test('works before Coze has said anything, and while it is busy', async () => {
    for (const script of [['wait' as const], [refused('busy')]]) {
      const { chat, cancelled } = coze([script]);
      chat.send('hi');
      await settle();
      chat.stop();
      await minutes(1);
      expect(chat.state.messages.at(-1)).toMatchObject({ text: '', status: 'stopped' });
      expect(cancelled).toEqual([]);
    }
  });

  test('and a new conversation leave nothing of the old one', async () => {
    const { chat } = coze([[STARTED, says('half'), 'wait']]);
    chat.send('hi');
    await settle();
    chat.startOver();
    await settle();
    expect(chat.state).toMatchObject({ messages: [], conversationId: null, answering: false });
  });
});

describe('an answer that was cut', () => {
  const cut = [STARTED, says('half'), refused('cut')];

  test('is completed by what Coze has come to', async () => {
    const outcomes = [
      refused('proxy_down'),
      { status: 'in_progress', answer: 'half and', followUps: [] },
      { status: 'completed', answer: 'half and whole', followUps: ['And?'] },
    ];
    const { chat, troubles, successes } = coze([cut], {
      outcome: () => {
        const next = outcomes.shift()!;
        return next instanceof CallError ? Promise.reject(next) : Promise.resolve(next);
      },
    });
    chat.send('hi');
    await settle();
    expect(chat.state.messages.at(-1)).toMatchObject({ text: 'half', status: 'cut' });
    expect(troubles).toEqual(['cut']);
    await minutes(1);
    expect(chat.state.messages.at(-1)).toMatchObject({
      text: 'half and whole',
      status: 'complete',
      error: null,
    });
    expect(chat.state).toMatchObject({ followUps: ['And?'], answering: false });
    expect(successes()).toBe(1);
  });

  test('stays cut, with the way to ask again, when Coze has none of it', async () => {
    const { chat } = coze([cut], { outcome: () => Promise.reject(refused('refused')) });
    chat.send('hi');
    await minutes(1);
    expect(chat.state.messages.at(-1)).toMatchObject({ text: 'half', status: 'cut' });
    expect(chat.state.answering).toBe(false);
  });

  test.each([
    ['stop', 'stopped'],
    ['asking again', 'complete'],
    ['a new conversation', undefined],
  ])('is no longer waited for after %s', async (act, status) => {
    const { chat, asked } = coze([cut, [STARTED, says('new'), DONE]]);
    chat.send('hi');
    await settle();
    const { key } = chat.state.messages.at(-1)!;
    if (act === 'stop') chat.stop();
    else if (act === 'asking again') chat.retry(key);
    else chat.startOver();
    await settle();
    expect(chat.state.answering).toBe(false);
    expect(chat.state.messages.at(-1)?.status).toBe(status);
    chat.send('another');
    await settle();
    expect(asked.at(-1)?.text).toBe('another');
  });
});

describe('a failed answer', () => {
  test('says why and is asked again in its place', async () => {
    const { chat, troubles } = coze([[refused('quota')], [STARTED, says('ok'), DONE]]);
    chat.send('hi');
    await settle();
    const failed = chat.state.messages.at(-1)!;
    expect(failed).toMatchObject({ status: 'failed', error: { reason: 'quota' } });
    expect(troubles).toEqual(['quota']);
    chat.retry(failed.key);
    await settle();
    expect(chat.state.messages.map(({ text }) => text)).toEqual(['hi', 'ok']);
  });
});

describe('a reset', () => {
  test('in mid-answer forgets everything and is no trouble', async () => {
    const { chat, troubles } = coze([[STARTED, says('half'), 'wait']]);
    await chat.open();
    chat.send('hi');
    await settle();
    chat.reset();
    await minutes(1);
    expect(chat.state).toEqual({
      bot: null,
      conversationId: null,
      messages: [],
      followUps: [],
      loading: false,
      answering: false,
    });
    expect(troubles).toEqual([]);
  });
});

describe('the conversation on the screen', () => {
  test('is the one picked last, however long the others take', async () => {
    const arrive: Record<string, () => void> = {};
    const { chat } = coze([], {
      messages: (id) =>
        new Promise((resolve) => {
          arrive[id] = () => resolve([{ id: '1', role: 'user', text: `of ${id}` }]);
        }),
    });
    const picked = [chat.show('slow'), chat.show('quick')];
    arrive.quick!();
    arrive.slow!();
    await Promise.all(picked);
    expect(chat.state.conversationId).toBe('quick');
    expect(chat.state.messages.map(({ text }) => text)).toEqual(['of quick']);
  });

  test('is a new one when that was asked for while the latest was coming', async () => {
    let arrive = (): void => undefined;
    const { chat } = coze([], {
      conversations: () => Promise.resolve([{ id: 'old', name: '', createdAt: 0 }]),
      messages: () =>
        new Promise((resolve) => {
          arrive = () => resolve([{ id: '1', role: 'user', text: 'long ago' }]);
        }),
    });
    const opening = chat.open();
    await settle();
    chat.startOver();
    arrive();
    await opening;
    expect(chat.state).toMatchObject({ conversationId: null, messages: [] });
  });
});
