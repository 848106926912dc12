import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CallError, type Cause } from '../coze-calls/call-error.ts';
import { DEFAULTS, type Settings } from '../settings/settings.ts';
import type { Transport } from '../transport/transport.ts';
import { createHealth, type Health } from './health.ts';

const OURS = { name: 'zcbot CORS proxy', simulator: true, coze: 'jwt' };
const READY: Settings = { ...DEFAULTS, botId: '7000000000000000001' };
const HOUR_MS = 3_600_000;

/** A browser tab, as far as this looks at it. */
function tab(): { show(hidden: boolean): void; connect(onLine: boolean): void } {
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { hidden: false });
  const navigator = { onLine: true };
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', document);
  vi.stubGlobal('navigator', navigator);
  return {
    show(hidden) {
      document.hidden = hidden;
      document.dispatchEvent(new Event('visibilitychange'));
    },
    connect(onLine) {
      navigator.onLine = onLine;
      window.dispatchEvent(new Event(onLine ? 'online' : 'offline'));
    },
  };
}

/** What the line does when it is looked at; exchanged by the tests as it goes on. */
interface Line {
  proxy: () => Promise<Response>;
  pair: () => Promise<string | undefined>;
  open: () => Promise<void>;
  settings: Settings;
}

function healthOf(change: Partial<Line> = {}, signal = new AbortController().signal) {
  const line: Line = {
    proxy: () => Promise.resolve(Response.json(OURS)),
    pair: () => Promise.resolve('key'),
    open: () => Promise.resolve(),
    settings: READY,
    ...change,
  };
  const looks: number[] = [];
  const refused = vi.fn();
  const transport: Transport = () => {
    looks.push(Date.now());
    return line.proxy();
  };
  const health = createHealth({
    transport,
    settings: () => line.settings,
    pairing: { ensure: () => line.pair(), refused },
    askBroker: true,
    open: () => line.open(),
    signal,
    random: () => 0.5,
  });
  return { health, line, looks, refused };
}

const fails = (reason: Cause) => (): Promise<never> => Promise.reject(new CallError(reason));
const noConnection = (): Promise<never> => Promise.reject(new TypeError('Failed to fetch'));
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

async function causeOf(health: Health): Promise<Cause | undefined> {
  health.checkNow();
  await settle();
  return health.trouble?.cause;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('what is wrong', () => {
  test.each<[Cause, Partial<Line>]>([
    ['proxy_down', { proxy: noConnection }],
    ['port_taken', { proxy: () => Promise.resolve(new Response('<h1>another</h1>')) }],
    ['port_taken', { proxy: () => Promise.resolve(Response.json({ name: 'another' })) }],
    ['broker_down', { pair: fails('broker_down') }],
    ['bot_missing', { settings: { ...READY, botId: '' } }],
    ['pat_missing', { settings: { ...READY, auth: 'own-pat' } }],
    ['no_credentials', { open: fails('no_credentials') }],
    ['token_failed', { open: fails('token_failed') }],
    ['pairing_refused', { open: fails('pairing_refused') }],
    ['bot_unknown', { open: fails('bot_unknown') }],
    ['bot_not_published', { open: fails('bot_not_published') }],
    ['quota', { open: fails('quota') }],
    ['unauthorized', { open: fails('unauthorized') }],
    ['sdk_blocked', { open: fails('sdk_blocked') }],
    ['upstream', { open: () => Promise.reject(new Error('what nobody thought of')) }],
  ])('is told as %s (%#)', async (cause, change) => {
    tab();
    expect(await causeOf(healthOf(change).health)).toBe(cause);
  });

  test('is the connection, not the gateway, in a browser that is offline', async () => {
    const { connect } = tab();
    connect(false);
    expect(await causeOf(healthOf({ proxy: noConnection }).health)).toBe('offline');
  });

  test('is nothing when everything answers; the facts are known then', async () => {
    tab();
    const { health } = healthOf();
    expect(await causeOf(health)).toBeUndefined();
    expect(health.facts).toEqual({ simulator: true, credentials: 'jwt' });
  });

  test('of one message only is left to that message', async () => {
    tab();
    const { health } = healthOf();
    for (const reason of ['busy', 'content', 'too_long'] as const) {
      health.report(new CallError(reason));
    }
    expect(health.trouble).toBeNull();
  });

  test('comes with Coze’s words and its support id', async () => {
    tab();
    const { health } = healthOf();
    health.report(new CallError('quota', { detail: '4028: no credits', logid: 'log-1' }));
    expect(health.trouble).toMatchObject({ detail: '4028: no credits', logid: 'log-1' });
  });

  test('about pairing makes the pairing forget its key', async () => {
    tab();
    const { health, refused } = healthOf({ open: fails('pairing_refused') });
    await causeOf(health);
    expect(refused).toHaveBeenCalledOnce();
  });
});

describe('looking again', () => {
  test('happens with growing pauses, for ever', async () => {
    tab();
    const { health, looks } = healthOf({ proxy: noConnection });
    health.checkNow();
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    const pauses = looks.slice(1).map((at, index) => at - looks[index]!);
    expect(pauses.length).toBeGreaterThan(10);
    const growing = [...pauses].sort((one, other) => one - other);
    expect(pauses).toEqual(growing);
    expect(pauses[1]).toBeGreaterThan(pauses[0]!);
    // It levels off: an evening’s outage must not cost another evening.
    expect(pauses.at(-1)).toBe(pauses.at(-2));
  });

  test('finds the line working again, and the pauses are short again', async () => {
    tab();
    const { health, line, looks } = healthOf({ proxy: noConnection });
    health.checkNow();
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    line.proxy = () => Promise.resolve(Response.json(OURS));
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect(health.trouble).toBeNull();
    const before = looks.length;
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect(looks).toHaveLength(before);

    const first = (looks[1] ?? 0) - (looks[0] ?? 0);
    line.proxy = noConnection;
    health.report(new CallError('cut'));
    expect(health.trouble!.retryAt! - Date.now()).toBe(first);
  });

  test('waits as long as Coze asks for', async () => {
    tab();
    const { health } = healthOf();
    health.report(new CallError('rate_limited', { retryAfterMs: 120_000 }));
    expect(health.trouble!.retryAt! - Date.now()).toBe(120_000);
  });

  test('is left out where only the person can help', async () => {
    tab();
    const { health, looks } = healthOf({ settings: { ...READY, botId: '' } });
    health.checkNow();
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect(health.trouble).toMatchObject({ cause: 'bot_missing', retryAt: null });
    expect(looks).toHaveLength(1);
  });

  test('goes on in a tab that is hidden only when it is looked at', async () => {
    const { show } = tab();
    const { health, looks } = healthOf({ proxy: noConnection });
    health.checkNow();
    await settle();
    show(true);
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect(looks).toHaveLength(1);
    show(false);
    await settle();
    expect(looks).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect(looks.length).toBeGreaterThan(2);
  });

  test('happens at once when the browser is back online', async () => {
    const { connect } = tab();
    const { health, looks } = healthOf();
    connect(false);
    expect(health.trouble?.cause).toBe('offline');
    connect(true);
    await settle();
    expect(looks).toHaveLength(1);
    expect(health.trouble).toBeNull();
  });

  test('is done by one look at a time', async () => {
    tab();
    const { health, looks } = healthOf({ proxy: () => new Promise(() => undefined) });
    for (let count = 0; count < 5; count += 1) health.checkNow();
    await settle();
    expect(looks).toHaveLength(1);
  });

  test('ends with the chat', async () => {
    const { show } = tab();
    const chat = new AbortController();
    const { health, looks } = healthOf({ proxy: noConnection }, chat.signal);
    health.checkNow();
    await settle();
    chat.abort();
    show(true);
    show(false);
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect(looks).toHaveLength(1);
  });
});
