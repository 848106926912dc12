import { batch, signal } from '@preact/signals';
import type { Bridge } from '../bridge/bridge.ts';
import type { TokenPush } from '../bridge/guards.ts';
import type { KeyValueStorage } from '../storage/storage.ts';
import { embedKey, loadRecord, saveRecord, type SessionRecord } from './session-record.ts';
import type { Session, SessionState } from './session.ts';

/** How long content waits for the parent's first push when a token of an earlier visit is there. */
export const FIRST_PUSH_MS = 1500;
/** `zcbot-ready` is sent once more when no token has been accepted by then. */
export const SECOND_READY_MS = 3000;
/** When the page offers Retry and names the likely reasons. */
export const OVERDUE_MS = 10_000;

export interface EmbedSession extends Session {
  /** Goes on with a handshake whose `zcbot-ready` has been sent (`handshake.ts`). */
  start(bridge: Bridge): void;
  accept(push: TokenPush): void;
  /** The user asks for another try: every token, also a refused one, gets a new chance. */
  retry(): void;
}

/**
 * The embedded session (design §4.3). Requirements:
 *
 * 1. One `zcbot-401` per distinct token that had worked, however many requests failed.
 * 2. A token refused on its first use sends none; the page says so and offers Retry.
 * 3. A refused token that is pushed again is ignored. With 1 and 2 no parent can be drawn into an
 *    endless exchange.
 * 4. Another user's token replaces identity, memory and this origin's key, nothing else.
 * 5. A cached token is used only after the parent's push, or 1.5 s without one.
 */
export function createEmbedSession(settings: {
  parentOrigin: string;
  storage: KeyValueStorage;
  now?: () => number;
}): EmbedSession {
  const { parentOrigin, storage, now = Date.now } = settings;
  const key = embedKey(parentOrigin);
  const state = signal<SessionState>({ phase: 'waiting', overdue: false });
  const token = signal<string | null>(null);
  const refusedTokens = new Set<string>();
  let cached = loadRecord(storage, key, now());
  let current: SessionRecord | null = null;
  /** True once any token of the present identity has worked in this page. */
  let proven = false;
  let pushed = false;
  let bridge: Bridge | null = null;
  const timers: ReturnType<typeof setTimeout>[] = [];

  function enter(record: SessionRecord): void {
    const before = state.value;
    const sameUser = before.phase === 'active' && before.identity.userId === record.user_id;
    if (!sameUser) proven = false;
    cached = null;
    current = record;
    saveRecord(storage, key, record);
    batch(() => {
      token.value = record.token;
      const identity =
        sameUser && before.identity.userName === record.user_name
          ? before.identity
          : { userId: record.user_id, userName: record.user_name };
      state.value = { phase: 'active', identity, renewal: 'none' };
    });
  }

  function awaitToken(): void {
    clearTimers();
    timers.push(
      setTimeout(() => pushed || bridge?.sendReady(), SECOND_READY_MS),
      setTimeout(becomeOverdue, OVERDUE_MS),
    );
  }

  function becomeOverdue(): void {
    const before = state.value;
    if (before.phase === 'waiting') state.value = { phase: 'waiting', overdue: true };
    if (before.phase === 'active' && before.renewal === 'asked') {
      state.value = { ...before, renewal: 'overdue' };
    }
  }

  function clearTimers(): void {
    timers.splice(0).forEach(clearTimeout);
  }

  return {
    state,
    token,

    start(openedBridge) {
      bridge = openedBridge;
      if (cached) {
        state.value = { phase: 'restoring' };
        setTimeout(() => {
          if (state.value.phase === 'restoring' && cached) enter(cached);
        }, FIRST_PUSH_MS);
      }
      awaitToken();
      bridge.onToken(this.accept);
    },

    accept(push) {
      if (refusedTokens.has(push.token)) {
        console.warn('[zcbot] message dropped: the server has already refused this token');
        return;
      }
      pushed = true;
      clearTimers();
      if (push.token === current?.token) return;
      const known = cached?.token === push.token ? cached : null;
      enter({
        token: push.token,
        user_id: push.userId,
        user_name: push.userName,
        worked: known?.worked ?? false,
      });
    },

    worked(usedToken) {
      if (usedToken !== current?.token) return;
      proven = true;
      if (current.worked) return;
      current.worked = true;
      saveRecord(storage, key, current);
    },

    refused(usedToken) {
      const before = state.value;
      if (usedToken !== current?.token || before.phase !== 'active') return;
      const hadWorked = current.worked;
      refusedTokens.add(usedToken);
      storage.remove(key);
      current = null;
      clearTimers();
      batch(() => {
        token.value = null;
        if (hadWorked) state.value = { ...before, renewal: 'asked' };
        else if (proven) state.value = { ...before, renewal: 'refused' };
        else state.value = { phase: 'refused' };
      });
      if (!hadWorked) return;
      bridge?.sendUnauthorized();
      timers.push(setTimeout(becomeOverdue, OVERDUE_MS));
    },

    retry() {
      const before = state.value;
      refusedTokens.clear();
      pushed = false;
      state.value =
        before.phase === 'active'
          ? { ...before, renewal: 'asked' }
          : { phase: 'waiting', overdue: false };
      bridge?.sendReady();
      awaitToken();
    },
  };
}
