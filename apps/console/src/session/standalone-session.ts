import { batch, signal } from '@preact/signals';
import { readClaims } from '../bridge/jwt.ts';
import type { KeyValueStorage } from '../storage/storage.ts';
import { loadRecord, saveRecord, STANDALONE_KEY, type SessionRecord } from './session-record.ts';
import type { Session, SessionState } from './session.ts';

export interface StandaloneSession extends Session {
  /** A fresh sign-in; the same user's parked requests go out with it. */
  signIn(token: string): void;
  /** Forgets the token here and in this browser's other tabs. */
  signOut(): void;
  /** Another tab signed in or out: follow it. */
  followOtherTab(): void;
}

/**
 * The session of the console on its own. When a token that had worked ends, the main view stays and
 * asks to sign in again, so that nothing typed is lost; a token that never worked here leads to the
 * login page.
 */
export function createStandaloneSession(settings: {
  storage: KeyValueStorage;
  now?: () => number;
}): StandaloneSession {
  const { storage, now = Date.now } = settings;
  const token = signal<string | null>(null);
  const state = signal<SessionState>({ phase: 'signed-out', expired: false });
  let current: SessionRecord | null = null;
  let proven = false;

  function enter(record: SessionRecord): void {
    const before = state.value;
    const sameUser = before.phase === 'active' && before.identity.userId === record.user_id;
    if (!sameUser) proven = false;
    current = record;
    batch(() => {
      token.value = record.token;
      const identity = sameUser ? before.identity : { userId: record.user_id, userName: null };
      state.value = { phase: 'active', identity, renewal: 'none' };
    });
  }

  function leave(expired: boolean): void {
    current = null;
    batch(() => {
      token.value = null;
      state.value = { phase: 'signed-out', expired };
    });
  }

  /** The key goes when the user signs out, in whichever tab, and at no other time. */
  function signedOut(): boolean {
    return storage.get(STANDALONE_KEY) === null;
  }

  const restored = loadRecord(storage, STANDALONE_KEY, now());
  if (restored) enter(restored);

  return {
    state,
    token,

    signIn(freshToken) {
      const claims = readClaims(freshToken);
      if (!claims) throw new TypeError('the server answered with a malformed token');
      const record = { token: freshToken, user_id: claims.subject, user_name: null, worked: true };
      saveRecord(storage, STANDALONE_KEY, record);
      enter(record);
    },

    signOut() {
      storage.remove(STANDALONE_KEY);
      leave(false);
    },

    followOtherTab() {
      const record = loadRecord(storage, STANDALONE_KEY, now());
      if (record && record.token !== current?.token) enter(record);
      // A view that waits for its user to sign in again closes, too.
      else if (signedOut() && state.value.phase === 'active') leave(false);
    },

    worked(usedToken) {
      if (usedToken === current?.token) proven = true;
    },

    refused(usedToken) {
      const before = state.value;
      if (usedToken !== current?.token || before.phase !== 'active') return;
      // The server ends the streams of all tabs before they hear of the one that signed out.
      if (signedOut()) {
        leave(false);
        return;
      }
      const stored = loadRecord(storage, STANDALONE_KEY, now());
      // Another tab may have signed in again already; its token is the better try.
      if (stored && stored.token !== usedToken && stored.user_id === before.identity.userId) {
        enter(stored);
        return;
      }
      current = null;
      if (!proven) {
        leave(true);
        return;
      }
      batch(() => {
        token.value = null;
        state.value = { ...before, renewal: 'sign-in' };
      });
    },
  };
}
