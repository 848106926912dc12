import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import { createStreamSlots, type StreamSlots } from './slots.ts';
import {
  HIDDEN_RELEASE_MS,
  STALL_MS,
  startTabStream,
  type TabStreamSettings,
} from './tab-stream.ts';

/** A document with nothing but what the stream looks at. */
class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';
  readonly defaultView = new EventTarget();
  turn(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

interface Connection {
  path: string;
  signal: AbortSignal;
  write(text: string): void;
  end(): void;
}

let ended: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  ended = new AbortController();
});
afterEach(() => {
  ended.abort(new DOMException('done', 'AbortError'));
  vi.useRealTimers();
});

function setUp(change: Partial<TabStreamSettings> = {}) {
  const connections: Connection[] = [];
  const answers: (Error | 'open')[] = [];
  const openStream = vi.fn(async (path: string, signal: AbortSignal) => {
    const answer = answers.shift() ?? 'open';
    if (answer !== 'open') throw answer;
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (own) => void (controller = own) });
    signal.addEventListener('abort', () => controller.error(signal.reason));
    connections.push({
      path,
      signal,
      write: (text) => controller.enqueue(new TextEncoder().encode(text)),
      end: () => controller.close(),
    });
    return { response: new Response(body), token: 'token' };
  });
  const page = new Page();
  const settings = {
    client: { openStream, signedIn: () => Promise.resolve() } as unknown as Client,
    slots: createStreamSlots(undefined, undefined),
    lifetime: ended.signal,
    page: page as unknown as Document,
    cursor: () => null,
    onEvent: vi.fn(),
    onConnected: vi.fn(),
    onRunGone: vi.fn(),
    onPoll: vi.fn(() => Promise.resolve()),
    pollEveryMs: () => 5000,
    onTokenEnded: vi.fn(),
    ...change,
  } satisfies TabStreamSettings;
  return { stream: startTabStream(settings), connections, answers, page, settings, openStream };
}

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

test('connects with the cursor of the open run and hands events on', async () => {
  const { stream, connections, settings } = setUp({ cursor: () => ({ runId: 'r', after: 7 }) });
  await settle();
  expect(connections[0]!.path).toBe('/v1/events?run=r&after=7');
  expect(stream.state.value).toBe('live');
  expect(stream.connectedRun()).toBe('r');
  expect(settings.onConnected).toHaveBeenCalledTimes(1);
  connections[0]!.write('event: task.updated\ndata: {}\n\n');
  await settle();
  expect(settings.onEvent).toHaveBeenCalledWith(expect.objectContaining({ event: 'task.updated' }));
});

test('comes back after the server closed it, from where it was', async () => {
  let seq = 3;
  const { stream, connections, settings } = setUp({ cursor: () => ({ runId: 'r', after: seq }) });
  await settle();
  seq = 9;
  connections[0]!.end();
  await settle(600);
  expect(connections[1]!.path).toBe('/v1/events?run=r&after=9');
  expect(settings.onConnected).toHaveBeenCalledTimes(2);
  expect(stream.state.value).toBe('live');
});

test('says that it reconnects when it fails more than once, and stops saying so', async () => {
  const { stream, connections, answers } = setUp();
  await settle();
  const unreachable = new ApiError({ code: 'unreachable' });
  answers.push(unreachable, unreachable, unreachable);
  connections[0]!.end();
  await settle(0);
  expect(stream.state.value).toBe('live');
  await settle(2000);
  expect(stream.state.value).toBe('reconnecting');
  await settle(20_000);
  expect(stream.state.value).toBe('live');
});

test('gives a silent connection up after 35 s; comments count as a sign of life', async () => {
  const { connections } = setUp();
  await settle();
  await settle(STALL_MS - 1000);
  connections[0]!.write(': still here\n\n');
  await settle(STALL_MS - 1000);
  expect(connections).toHaveLength(1);
  await settle(2000);
  expect(connections[0]!.signal.aborted).toBe(true);
  expect(connections).toHaveLength(2);
});

test('two streams that open and stay silent mean a buffering proxy: short requests instead', async () => {
  const { stream, settings, openStream } = setUp();
  await settle(2 * STALL_MS + 3000);
  expect(stream.state.value).toBe('polling');
  expect(settings.onPoll).toHaveBeenCalled();
  expect(openStream).toHaveBeenCalledTimes(2);
  await settle(6 * 60_000);
  expect(openStream.mock.calls.length).toBeGreaterThan(2);
});

test('a hidden tab lets go after 30 s and is back at once when it is seen again', async () => {
  const { stream, connections, page } = setUp();
  await settle();
  page.turn('hidden');
  await settle(HIDDEN_RELEASE_MS - 1);
  expect(connections[0]!.signal.aborted).toBe(false);
  await settle(1);
  expect(connections[0]!.signal.aborted).toBe(true);
  expect(stream.state.value).toBe('paused');
  await settle(60_000);
  expect(connections).toHaveLength(1);
  page.turn('visible');
  await settle();
  expect(connections).toHaveLength(2);
});

test('a tab that is seen again within 30 s keeps its connection', async () => {
  const { connections, page } = setUp();
  await settle();
  page.turn('hidden');
  await settle(10_000);
  page.turn('visible');
  connections[0]!.write(': hb\n\n');
  await settle(30_000);
  expect(connections).toHaveLength(1);
});

test('connects at once when the network is back', async () => {
  const { connections, answers, page } = setUp();
  const unreachable = new ApiError({ code: 'unreachable' });
  answers.push(...Array.from({ length: 12 }, () => unreachable));
  await settle(60_000);
  answers.length = 0;
  expect(connections).toHaveLength(0);
  page.defaultView.dispatchEvent(new Event('online'));
  await settle();
  expect(connections).toHaveLength(1);
});

test('tells which token ended on a reauth event and does not hand that on', async () => {
  const { connections, settings } = setUp();
  await settle();
  connections[0]!.write('event: reauth\ndata: {}\n\n');
  await settle();
  expect(settings.onTokenEnded).toHaveBeenCalledWith('token');
  expect(settings.onEvent).not.toHaveBeenCalled();
});

test('restarting carries the new run, without back-off and without a word', async () => {
  let run = 'first';
  const { stream, connections } = setUp({ cursor: () => ({ runId: run, after: 0 }) });
  await settle();
  run = 'second';
  stream.restart();
  await settle();
  expect(connections[1]!.path).toContain('run=second');
  expect(stream.state.value).toBe('live');
});

test('a run the server does not know is reported', async () => {
  const { answers, settings } = setUp();
  answers.push(new ApiError({ code: 'not_found', status: 404 }));
  await settle(1000);
  expect(settings.onRunGone).toHaveBeenCalledTimes(1);
});

test('without a free slot it polls, and gets a stream once the tab is used', async () => {
  const slot = { lost: new AbortController().signal, release: vi.fn() };
  const slots: StreamSlots = {
    acquire: vi.fn((urgent: boolean) => Promise.resolve(urgent && used ? slot : null)),
    onWanted: () => {},
    close: () => {},
  };
  let used = false;
  const { stream, connections, settings } = setUp({ slots });
  await settle(11_000);
  expect(stream.state.value).toBe('polling');
  expect(settings.onPoll).toHaveBeenCalledTimes(3);
  expect(connections).toHaveLength(0);
  used = true;
  stream.claim();
  await settle();
  expect(connections).toHaveLength(1);
  expect(stream.state.value).toBe('live');
});

test('a slot taken over ends the connection', async () => {
  const taken = new AbortController();
  const slots: StreamSlots = {
    acquire: vi
      .fn()
      .mockResolvedValueOnce({ lost: taken.signal, release: () => {} })
      .mockResolvedValue(null),
    onWanted: () => {},
    close: () => {},
  };
  const { stream, connections } = setUp({ slots });
  await settle();
  taken.abort();
  await settle();
  expect(connections[0]!.signal.aborted).toBe(true);
  expect(stream.state.value).toBe('polling');
});

test('ends with its lifetime', async () => {
  const { connections, openStream } = setUp();
  await settle();
  ended.abort(new DOMException('done', 'AbortError'));
  // A real connection is aborted by the client, which is bound to the same lifetime.
  connections[0]!.end();
  await settle(60_000);
  expect(openStream).toHaveBeenCalledTimes(1);
});
