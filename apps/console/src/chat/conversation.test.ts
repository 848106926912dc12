import { describe, expect, test, vi } from 'vitest';
import type { Message, MessagePage } from '@zcbot/protocol/http';
import type { RunEvent } from '@zcbot/protocol/run-events';
import { ApiError } from '../api/api-error.ts';
import { createConversation } from './conversation.ts';

// Never taken back: a frame asked for by the last test may come after it.
vi.stubGlobal('document', { visibilityState: 'visible' });
vi.stubGlobal('requestAnimationFrame', (callback: () => void) => setTimeout(callback, 0));

const user = (id: string, run: string, change: Partial<Message> = {}): Message => ({
  id,
  role: 'user',
  parts: [{ type: 'text', text: `text of ${id}` }],
  status: 'complete',
  run_id: run,
  seq: 0,
  created_at: '2026-01-01T00:00:00.000Z',
  ...change,
});
const answer = (id: string, run: string, change: Partial<Message> = {}): Message => ({
  ...user(id, run),
  role: 'assistant',
  parts: [{ type: 'text', text: `answer ${id}` }],
  ...change,
});

function setUp(first: Message[] = [], nextBefore: string | null = null) {
  let stored = first;
  const page = (): MessagePage => ({ items: stored, next_before: nextBefore });
  const listMessages = vi.fn((..._: unknown[]) => Promise.resolve(page()));
  const onGap = vi.fn();
  const conversation = createConversation({
    taskId: 't',
    api: { listMessages },
    lifetime: new AbortController().signal,
    onGap,
  });
  return {
    conversation,
    listMessages,
    onGap,
    /** What the server has from now on. */
    store: (messages: Message[]) => (stored = messages),
    settle: () => new Promise((resolve) => setTimeout(resolve, 5)),
  };
}
const statuses = (conversation: ReturnType<typeof setUp>['conversation']) =>
  conversation.messages.value.map(({ id, status }) => `${id}:${status}`);

const started = (message_id: string): RunEvent => ({
  type: 'run.started',
  message_id,
  engine: 'demo',
});
const text: RunEvent[] = [
  { type: 'part.start', part_id: 'p0', kind: 'text' },
  { type: 'part.delta', part_id: 'p0', offset: 0, text: 'Hi' },
];

describe('opening a task', () => {
  test('shows its newest messages and watches the answer being written, from where it is', async () => {
    const { conversation } = setUp([
      user('u1', 'r1'),
      answer('a1', 'r1', { status: 'streaming', seq: 12, parts: [{ type: 'text', text: 'Half' }] }),
    ]);
    await conversation.sync();
    expect(conversation.phase.value).toBe('ready');
    expect(conversation.live.value).toMatchObject({ runId: 'r1', seq: 12 });
    expect(conversation.live.value!.parts).toEqual([{ type: 'text', text: 'Half' }]);
  });

  test('watches a queued run when none is being written', async () => {
    const { conversation } = setUp([user('u1', 'r1', { status: 'queued' })]);
    await conversation.sync();
    expect(conversation.live.value?.runId).toBe('r1');
  });

  test('that fails says why, and a later try may succeed', async () => {
    const { conversation, listMessages } = setUp([user('u1', 'r1')]);
    const fault = new ApiError({ code: 'not_found', status: 404, detail: 'no such task' });
    listMessages.mockRejectedValueOnce(fault);
    await conversation.sync();
    expect(conversation.phase.value).toBe('failed');
    expect(conversation.fault.value).toBe(fault);
    await conversation.sync();
    expect(conversation.phase.value).toBe('ready');
  });
});

test('what is shown outlives a failing network, but not a deleted task', async () => {
  const { conversation, listMessages } = setUp([user('u1', 'r1')]);
  await conversation.sync();
  listMessages.mockRejectedValueOnce(new ApiError({ code: 'unreachable' }));
  await expect(conversation.sync()).rejects.toThrow('unreachable');
  expect(conversation.phase.value).toBe('ready');
  listMessages.mockRejectedValueOnce(new ApiError({ code: 'not_found', status: 404 }));
  await conversation.sync();
  expect(conversation.phase.value).toBe('failed');
  await conversation.sync();
  expect(conversation.phase.value).toBe('ready');
});

describe('a message the server has taken', () => {
  test('is shown, answered, and complete when the run ends', async () => {
    const { conversation, store, settle } = setUp();
    await conversation.sync();
    conversation.accepted({ id: 'u1', text: 'Hello' }, { message_id: 'u1', run_id: 'r1' });
    expect(statuses(conversation)).toEqual(['u1:complete']);
    conversation.applyEvent('r1', 1, started('a1'));
    text.forEach((event, index) => conversation.applyEvent('r1', index + 2, event));
    expect(statuses(conversation)).toEqual(['u1:complete', 'a1:streaming']);
    store([user('u1', 'r1'), answer('a1', 'r1', { parts: [{ type: 'text', text: 'Hi' }] })]);
    conversation.applyEvent('r1', 4, { type: 'usage', input_tokens: 1, output_tokens: 2 });
    conversation.applyEvent('r1', 5, { type: 'run.completed', message_id: 'a1' });
    expect(statuses(conversation)).toEqual(['u1:complete', 'a1:complete']);
    expect(conversation.messages.value[1]!.parts).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(conversation.live.value).toBeNull();
    expect(conversation.usage.get('r1')).toEqual({ inputTokens: 1, outputTokens: 2 });
    const shown = conversation.messages.value[1];
    await settle();
    expect(conversation.messages.value[1]).toBe(shown);
  });

  test('while a run works is queued, comes after its answer, and is watched next', async () => {
    const { conversation, store, settle } = setUp();
    await conversation.sync();
    conversation.accepted({ id: 'u1', text: 'one' }, { message_id: 'u1', run_id: 'r1' });
    conversation.accepted({ id: 'u2', text: 'two' }, { message_id: 'u2', run_id: 'r2' });
    conversation.applyEvent('r1', 1, started('a1'));
    expect(statuses(conversation)).toEqual(['u1:complete', 'a1:streaming', 'u2:queued']);
    store([user('u1', 'r1'), answer('a1', 'r1'), user('u2', 'r2', { status: 'queued' })]);
    conversation.applyEvent('r1', 2, { type: 'run.completed', message_id: 'a1' });
    await settle();
    expect(conversation.live.value?.runId).toBe('r2');
    conversation.applyEvent('r2', 1, started('a2'));
    expect(statuses(conversation)).toEqual([
      'u1:complete',
      'a1:complete',
      'u2:complete',
      'a2:streaming',
    ]);
  });

  test('is not undone by a page that was asked for before it', async () => {
    const { conversation, listMessages, store } = setUp();
    await conversation.sync();
    let answerLate = (_: MessagePage): void => {};
    listMessages.mockReturnValueOnce(new Promise((resolve) => (answerLate = resolve)));
    const late = conversation.sync();
    conversation.accepted({ id: 'u1', text: 'one' }, { message_id: 'u1', run_id: 'r1' });
    store([user('u1', 'r1', { status: 'queued' })]);
    answerLate({ items: [], next_before: null });
    await late;
    expect(statuses(conversation)).toEqual(['u1:queued']);
  });

  test('that is known already (sent twice) is not shown twice', async () => {
    const { conversation, settle } = setUp([user('u1', 'r1'), answer('a1', 'r1')]);
    await conversation.sync();
    conversation.accepted({ id: 'u1', text: 'one' }, { message_id: 'u1', run_id: 'r1' });
    await settle();
    expect(statuses(conversation)).toEqual(['u1:complete', 'a1:complete']);
    expect(conversation.live.value).toBeNull();
  });
});

describe('how a run ends', () => {
  test.each([
    [{ type: 'run.stopped', message_id: 'a1' }, 'stopped'],
    [{ type: 'run.interrupted', message_id: 'a1' }, 'interrupted'],
    [{ type: 'run.failed', message_id: 'a1', code: 'x', message: 'why' }, 'failed'],
  ] as [RunEvent, string][])('%o keeps what was written', async (event, status) => {
    const { conversation } = setUp();
    await conversation.sync();
    conversation.accepted({ id: 'u1', text: 'one' }, { message_id: 'u1', run_id: 'r1' });
    conversation.applyEvent('r1', 1, started('a1'));
    text.forEach((delta, index) => conversation.applyEvent('r1', index + 2, delta));
    conversation.applyEvent('r1', 4, event);
    const last = conversation.messages.value.at(-1)!;
    expect(last).toMatchObject({ status, parts: [{ type: 'text', text: 'Hi' }] });
    if (status === 'failed') expect(last.error).toEqual({ code: 'x', message: 'why' });
  });

  test('a queued message that is withdrawn is marked as stopped, without an answer', async () => {
    const { conversation } = setUp();
    await conversation.sync();
    conversation.accepted({ id: 'u1', text: 'one' }, { message_id: 'u1', run_id: 'r1' });
    conversation.applyEvent('r1', 1, { type: 'run.stopped', message_id: 'u1' });
    expect(statuses(conversation)).toEqual(['u1:stopped']);
    expect(conversation.live.value).toBeNull();
  });

  test('retry and continue are watched although no message of theirs exists yet', async () => {
    const failed = [user('u1', 'r1'), answer('a1', 'r1', { status: 'failed' })];
    const { conversation, store, settle } = setUp(failed);
    await conversation.sync();
    store([user('u1', 'r1')]);
    conversation.expect('r2');
    await settle();
    expect(conversation.live.value?.runId).toBe('r2');
    expect(statuses(conversation)).toEqual(['u1:complete']);
    conversation.applyEvent('r2', 1, started('a2'));
    expect(statuses(conversation)).toEqual(['u1:complete', 'a2:streaming']);
  });

  test('another try for an older question is answered in its place', async () => {
    const { conversation, store, settle } = setUp([
      user('u1', 'r1'),
      answer('a1', 'r1', { status: 'interrupted' }),
      user('u2', 'r2'),
      answer('a2', 'r2'),
    ]);
    await conversation.sync();
    conversation.expect('r3');
    await settle();
    const writing = answer('a3', 'r3', { status: 'streaming', seq: 1 });
    store([user('u1', 'r1'), writing, user('u2', 'r2'), answer('a2', 'r2')]);
    conversation.applyEvent('r3', 1, started('a3'));
    await settle();
    expect(conversation.messages.value.map(({ id }) => id)).toEqual(['u1', 'a3', 'u2', 'a2']);
    expect(conversation.live.value?.runId).toBe('r3');
  });
});

describe('repair', () => {
  test('a hole is read again from the server, then the stream connects anew', async () => {
    const { conversation, store, onGap, settle } = setUp([
      answer('a1', 'r1', { status: 'streaming', seq: 2, parts: [{ type: 'text', text: '' }] }),
    ]);
    await conversation.sync();
    store([
      answer('a1', 'r1', {
        status: 'streaming',
        seq: 6,
        parts: [{ type: 'text', text: 'Hi the' }],
      }),
    ]);
    conversation.applyEvent('r1', 5, { type: 'part.delta', part_id: 'p0', offset: 4, text: 'x' });
    await settle();
    expect(onGap).toHaveBeenCalledTimes(1);
    expect(conversation.live.value).toMatchObject({ seq: 6 });
    expect(conversation.live.value!.parts).toEqual([{ type: 'text', text: 'Hi the' }]);
  });

  test('an end that was missed is seen in the page', async () => {
    const { conversation, store } = setUp([answer('a1', 'r1', { status: 'streaming', seq: 2 })]);
    await conversation.sync();
    store([answer('a1', 'r1')]);
    await conversation.sync();
    expect(conversation.live.value).toBeNull();
    expect(statuses(conversation)).toEqual(['a1:complete']);
  });

  test('events of a run that is not watched are ignored', async () => {
    const { conversation } = setUp([answer('a1', 'r1')]);
    await conversation.sync();
    conversation.applyEvent('other', 1, started('x'));
    expect(statuses(conversation)).toEqual(['a1:complete']);
  });
});

test('older pages go in front, once each', async () => {
  const { conversation, listMessages } = setUp([user('u9', 'r9')], 'u9');
  await conversation.sync();
  expect(conversation.hasOlder.value).toBe(true);
  listMessages.mockResolvedValueOnce({ items: [user('u8', 'r8')], next_before: null });
  await Promise.all([conversation.loadOlder(), conversation.loadOlder()]);
  expect(statuses(conversation)).toEqual(['u8:complete', 'u9:complete']);
  expect(listMessages).toHaveBeenLastCalledWith(
    't',
    { before: 'u9', limit: 50 },
    expect.anything(),
  );
  expect(conversation.hasOlder.value).toBe(false);
  await conversation.sync();
  expect(statuses(conversation)).toEqual(['u8:complete', 'u9:complete']);
  expect(conversation.hasOlder.value).toBe(false);
});
