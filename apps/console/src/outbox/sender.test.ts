import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Accepted, NewMessage, NewTask, Task } from '@zcbot/protocol/http';
import { ApiError } from '../api/api-error.ts';
import { createStorage } from '../storage/storage.ts';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { ADA } from '../testing/tokens.ts';
import { createOutbox } from './outbox.ts';
import { createSender } from './sender.ts';

let browser: MemoryStorage;
let ended: AbortController;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  vi.stubGlobal('navigator', { onLine: true, locks: navigator.locks });
  browser = new MemoryStorage();
  ended = new AbortController();
});
afterEach(() => {
  ended.abort(new DOMException('done', 'AbortError'));
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The server: takes each id once, and remembers the order. */
const taken: string[] = [];
const sendMessage = vi.fn((_task: string, body: NewMessage): Promise<Accepted> =>
  Promise.resolve().then(() => {
    if (!taken.includes(body.text)) taken.push(body.text);
    return { message_id: body.id, run_id: 'r' };
  }),
);
const createTask = vi.fn((_body: NewTask) => Promise.resolve({ id: 'made' } as Task));
beforeEach(() => {
  taken.length = 0;
  sendMessage.mockClear();
  createTask.mockClear();
});

function openTab(signedIn = signal(true)) {
  const outbox = createOutbox({ storage: createStorage(() => browser), userId: ADA });
  const onSent = vi.fn();
  const onTaskCreated = vi.fn();
  const sender = createSender({
    outbox,
    api: { sendMessage, createTask },
    userId: ADA,
    signedIn,
    lifetime: ended.signal,
    locks: navigator.locks,
    onTaskCreated,
    onSent,
  });
  const send = (text: string, target = { taskId: 't' } as Parameters<typeof outbox.add>[0]) => {
    const entry = outbox.add(target, text);
    sender.kick();
    return entry;
  };
  return { outbox, sender, onSent, onTaskCreated, send, signedIn };
}
/** Locks answer in real time, so fake time is moved in small steps. */
async function settle(ms = 0): Promise<void> {
  for (let step = 0; step < 10; step++) {
    await vi.advanceTimersByTimeAsync(ms / 10);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('sends in order, one at a time, and forgets what the server has taken', async () => {
  const { outbox, send, onSent } = openTab();
  const entries = ['one', 'two', 'three'].map((text) => send(text));
  await settle();
  expect(taken).toEqual(['one', 'two', 'three']);
  expect(outbox.entries.value).toEqual([]);
  expect(onSent.mock.calls.map(([, entry]) => (entry as { id: string }).id)).toEqual(
    entries.map(({ id }) => id),
  );
});

test('what an earlier page load left behind goes out by itself', async () => {
  createOutbox({ storage: createStorage(() => browser), userId: ADA }).add({ taskId: 't' }, 'left');
  openTab();
  await settle();
  expect(taken).toEqual(['left']);
});

test('a network failure keeps the entry and tries again with the same id', async () => {
  sendMessage.mockRejectedValueOnce(new ApiError({ code: 'unreachable' }));
  const { outbox, send } = openTab();
  const { id } = send('one');
  await settle();
  expect(outbox.entries.value).toMatchObject([{ id, state: 'queued' }]);
  await settle(1000);
  expect(outbox.entries.value).toEqual([]);
  expect(sendMessage.mock.calls.map(([, body]) => body.id)).toEqual([id, id]);
});

test('order is kept through failures: nothing overtakes what waits for the network', async () => {
  sendMessage.mockRejectedValueOnce(new ApiError({ code: 'timed_out' }));
  const { send } = openTab();
  send('one');
  send('two');
  await settle(2000);
  expect(taken).toEqual(['one', 'two']);
});

test('a refusal is shown as failed with its reason, and does not hold up the next', async () => {
  sendMessage.mockRejectedValueOnce(
    new ApiError({ code: 'not_found', status: 404, detail: 'no such task' }),
  );
  const { outbox, sender, send } = openTab();
  const { id } = send('one');
  send('two');
  await settle();
  expect(taken).toEqual(['two']);
  expect(outbox.entries.value).toMatchObject([
    { id, state: 'failed', fault: { code: 'not_found', detail: 'no such task' } },
  ]);
  sender.retry(id);
  await settle();
  expect(taken).toEqual(['two', 'one']);
});

test('a full queue holds up its own task only', async () => {
  sendMessage.mockRejectedValueOnce(new ApiError({ code: 'queue_full', status: 409 }));
  const { outbox, send } = openTab();
  send('one', { taskId: 'busy' });
  send('two', { taskId: 'free' });
  await settle();
  expect(taken).toEqual(['two']);
  await settle(1000);
  expect(taken).toEqual(['two', 'one']);
  expect(outbox.entries.value).toEqual([]);
});

describe('without a token', () => {
  test('entries wait, and go out with the next one', async () => {
    const { send, signedIn } = openTab(signal(false));
    send('one');
    await settle(60_000);
    expect(sendMessage).not.toHaveBeenCalled();
    signedIn.value = true;
    await settle();
    expect(taken).toEqual(['one']);
  });

  test('a 401 in the middle leaves the entry where it is', async () => {
    sendMessage.mockImplementationOnce(() => {
      tab.signedIn.value = false;
      return Promise.reject(new ApiError({ code: 'token_expired', status: 401 }));
    });
    const tab = openTab();
    tab.send('one');
    await settle(30_000);
    expect(tab.outbox.entries.value).toMatchObject([{ state: 'queued' }]);
    tab.signedIn.value = true;
    await settle();
    expect(taken).toEqual(['one']);
  });
});

describe('a task that does not exist yet', () => {
  test('is made once, for all messages written for it, which then go to it in order', async () => {
    const { send, onTaskCreated } = openTab();
    send('one', { newTaskKey: 'k' });
    send('two', { newTaskKey: 'k' });
    await settle();
    expect(createTask).toHaveBeenCalledTimes(1);
    expect(onTaskCreated).toHaveBeenCalledExactlyOnceWith('k', { id: 'made' });
    expect(sendMessage.mock.calls.map(([task]) => task)).toEqual(['made', 'made']);
    expect(taken).toEqual(['one', 'two']);
  });

  test('is asked for under the same id when the answer was lost', async () => {
    createTask.mockRejectedValueOnce(new ApiError({ code: 'unreachable' }));
    const { send } = openTab();
    send('one', { newTaskKey: 'k' });
    await settle(5000);
    expect(createTask.mock.calls.map(([body]) => body)).toEqual([{ id: 'k' }, { id: 'k' }]);
    expect(taken).toEqual(['one']);
  });

  test('is not made again when only its message could not be sent', async () => {
    sendMessage.mockRejectedValueOnce(new ApiError({ code: 'unreachable' }));
    const { send } = openTab();
    send('one', { newTaskKey: 'k' });
    await settle(2000);
    expect(createTask).toHaveBeenCalledTimes(1);
    expect(taken).toEqual(['one']);
  });
});

test('several tabs send each entry once', async () => {
  const tabs = [openTab(), openTab(), openTab()];
  tabs[0]!.send('one');
  tabs[1]!.send('two');
  tabs.forEach(({ sender }) => sender.kick());
  await settle();
  tabs.forEach(({ sender }) => sender.kick());
  await settle();
  expect(sendMessage).toHaveBeenCalledTimes(2);
});
