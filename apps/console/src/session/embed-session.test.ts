import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bridge } from '../bridge/bridge.ts';
import { createStorage } from '../storage/storage.ts';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { ADA, BOB, makeToken } from '../testing/tokens.ts';
import { createEmbedSession, FIRST_PUSH_MS, OVERDUE_MS, SECOND_READY_MS } from './embed-session.ts';

const ORIGIN = 'https://portal.example.com';
const KEY = `zcbot.embed:${ORIGIN}`;
let browser: MemoryStorage;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'warn').mockReturnValue();
  browser = new MemoryStorage();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function setUp() {
  const bridge = {
    sendReady: vi.fn(),
    sendUnauthorized: vi.fn(),
    onToken: vi.fn(),
    close: vi.fn(),
  } satisfies Bridge;
  const session = createEmbedSession({
    parentOrigin: ORIGIN,
    storage: createStorage(() => browser),
  });
  session.start(bridge);
  const push = (token: string, userId = ADA, userName: string | null = null) =>
    session.accept({ token, userId, userName });
  return { session, bridge, push };
}

function renewalOf(session: ReturnType<typeof setUp>['session']): string {
  const state = session.state.value;
  return state.phase === 'active' ? state.renewal : state.phase;
}

describe('waiting for a token', () => {
  test('says ready once more after 3 s, and offers Retry after 10 s', () => {
    const { session, bridge } = setUp();
    expect(session.state.value).toEqual({ phase: 'waiting', overdue: false });
    expect(bridge.sendReady).not.toHaveBeenCalled();
    vi.advanceTimersByTime(SECOND_READY_MS);
    expect(bridge.sendReady).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(OVERDUE_MS);
    expect(session.state.value).toEqual({ phase: 'waiting', overdue: true });
    expect(bridge.sendReady).toHaveBeenCalledTimes(1);
    session.retry();
    expect(session.state.value).toEqual({ phase: 'waiting', overdue: false });
    expect(bridge.sendReady).toHaveBeenCalledTimes(2);
  });

  test('an accepted token ends it: no second ready, the main view, the token kept', () => {
    const { session, bridge, push } = setUp();
    const token = makeToken(ADA);
    push(token, ADA, 'Ada');
    vi.advanceTimersByTime(OVERDUE_MS);
    expect(bridge.sendReady).not.toHaveBeenCalled();
    expect(session.state.value).toMatchObject({
      phase: 'active',
      identity: { userId: ADA, userName: 'Ada' },
    });
    expect(session.token.value).toBe(token);
    expect(JSON.parse(browser.getItem(KEY)!)).toMatchObject({ token, user_id: ADA });
  });
});

describe('a token of an earlier visit', () => {
  function visitBefore(subject = ADA, expiresAt?: number): string {
    const token = makeToken(subject, expiresAt);
    browser.setItem(
      KEY,
      JSON.stringify({ token, user_id: subject, user_name: null, worked: true }),
    );
    return token;
  }

  test('shows the frame, but nothing goes out before 1.5 s without a push', () => {
    const token = visitBefore();
    const { session, bridge } = setUp();
    expect(bridge.sendReady).not.toHaveBeenCalled();
    expect(session.state.value).toEqual({ phase: 'restoring' });
    vi.advanceTimersByTime(FIRST_PUSH_MS - 1);
    expect(session.token.value).toBeNull();
    vi.advanceTimersByTime(1);
    expect(session.token.value).toBe(token);
  });

  test('a push of another user comes first: the earlier user is never entered', () => {
    visitBefore(BOB);
    const { session, push } = setUp();
    const entered: string[] = [];
    session.state.subscribe((state) => {
      if (state.phase === 'active') entered.push(state.identity.userId);
    });
    push(makeToken(ADA));
    vi.advanceTimersByTime(FIRST_PUSH_MS);
    expect(entered).toEqual([ADA]);
  });

  test('the same token pushed again enters at once', () => {
    const token = visitBefore();
    const { session, push } = setUp();
    push(token);
    expect(session.token.value).toBe(token);
  });

  test('refused although it had worked before: one zcbot-401', () => {
    const token = visitBefore();
    const { session, bridge } = setUp();
    vi.advanceTimersByTime(FIRST_PUSH_MS);
    session.refused(token);
    expect(bridge.sendUnauthorized).toHaveBeenCalledTimes(1);
    expect(renewalOf(session)).toBe('asked');
  });

  test.each([
    ['expired', () => void visitBefore(ADA, 1000)],
    ['damaged', () => browser.setItem(KEY, '{"token":')],
    [
      'somebody else’s',
      () => browser.setItem(KEY, JSON.stringify({ token: makeToken(BOB), user_id: ADA })),
    ],
  ])('is not used when it is %s', (_, prepare) => {
    prepare();
    expect(setUp().session.state.value).toEqual({ phase: 'waiting', overdue: false });
  });
});

describe('a refused token', () => {
  test('that had worked sends one zcbot-401, however many requests failed', () => {
    const { session, bridge, push } = setUp();
    const token = makeToken(ADA);
    push(token);
    session.worked(token);
    for (let count = 0; count < 5; count++) session.refused(token);
    expect(bridge.sendUnauthorized).toHaveBeenCalledTimes(1);
    expect(session.token.value).toBeNull();
    expect(renewalOf(session)).toBe('asked');
    expect(browser.getItem(KEY)).toBeNull();
  });

  test('is replaced by a new one of the same user without leaving the main view', () => {
    const { session, push } = setUp();
    const first = makeToken(ADA);
    push(first);
    session.worked(first);
    const entered = session.state.value;
    session.refused(first);
    const second = makeToken(ADA);
    push(second);
    expect(session.token.value).toBe(second);
    expect(renewalOf(session)).toBe('none');
    expect(session.state.value).toMatchObject({
      identity: (entered as { identity: object }).identity,
    });
  });

  test('on its first use sends nothing and is told as refused', () => {
    const { session, bridge, push } = setUp();
    const token = makeToken(ADA);
    push(token);
    session.refused(token);
    expect(session.state.value).toEqual({ phase: 'refused' });
    expect(bridge.sendUnauthorized).not.toHaveBeenCalled();
  });

  test('a parent that answers with refused tokens for ever is not drawn into an exchange', () => {
    const { session, bridge, push } = setUp();
    const good = makeToken(ADA);
    push(good);
    session.worked(good);
    session.refused(good);
    for (let round = 0; round < 20; round++) {
      const bad = makeToken(ADA);
      push(bad);
      session.refused(bad);
      push(bad);
    }
    expect(bridge.sendUnauthorized).toHaveBeenCalledTimes(1);
    expect(bridge.sendReady).not.toHaveBeenCalled();
    expect(renewalOf(session)).toBe('refused');
  });

  test('pushed again is ignored, until the user asks for another try', () => {
    const { session, push } = setUp();
    const token = makeToken(ADA);
    push(token);
    session.refused(token);
    push(token);
    expect(session.token.value).toBeNull();
    expect(console.warn).toHaveBeenCalledTimes(1);
    session.retry();
    push(token);
    expect(session.token.value).toBe(token);
  });

  test('an answer that comes late for an older token changes nothing', () => {
    const { session, bridge, push } = setUp();
    const first = makeToken(ADA);
    push(first);
    session.worked(first);
    const second = makeToken(ADA);
    push(second);
    session.refused(first);
    expect(session.token.value).toBe(second);
    expect(bridge.sendUnauthorized).not.toHaveBeenCalled();
  });

  test('that nobody renews within 10 s is told as overdue', () => {
    const { session, push } = setUp();
    const token = makeToken(ADA);
    push(token);
    session.worked(token);
    session.refused(token);
    vi.advanceTimersByTime(OVERDUE_MS);
    expect(renewalOf(session)).toBe('overdue');
  });
});

test('another user replaces identity and this origin’s key, and no other', () => {
  browser.setItem('zcbot.embed:https://other.example.com', 'theirs');
  browser.setItem('zcbot.session', 'standalone');
  const { session, push } = setUp();
  push(makeToken(ADA));
  push(makeToken(BOB), BOB);
  expect(session.state.value).toMatchObject({ identity: { userId: BOB } });
  expect(JSON.parse(browser.getItem(KEY)!)).toMatchObject({ user_id: BOB });
  expect(browser.getItem('zcbot.embed:https://other.example.com')).toBe('theirs');
  expect(browser.getItem('zcbot.session')).toBe('standalone');
});
