import type { ReadonlySignal } from '@preact/signals';

/** The user in front of the console. A new object for each entry, so that nothing outlives it. */
export interface Identity {
  /** Lower case. */
  readonly userId: string;
  readonly userName: string | null;
}

/**
 * Where signing in stands.
 *
 * - `signed-out`: standalone, nobody is signed in: the login page.
 * - `waiting`: embedded, no token yet: "等待登录…"; `overdue` after 10 s.
 * - `restoring`: embedded, a token of an earlier visit is at hand but the parent is asked first.
 * - `refused`: embedded, the server refused the very first token.
 * - `active`: the main view. `renewal` says what a missing token is waiting for.
 */
export type SessionState =
  | { phase: 'signed-out'; expired: boolean }
  | { phase: 'waiting'; overdue: boolean }
  | { phase: 'restoring' }
  | { phase: 'refused' }
  | { phase: 'active'; identity: Identity; renewal: Renewal };

/**
 * `none`: the token works. `asked`: the parent has been told. `overdue`: and has not answered for
 * 10 s. `refused`: it answered with a token the server refuses. `sign-in`: standalone, the user has
 * to sign in again.
 */
export type Renewal = 'none' | 'asked' | 'overdue' | 'refused' | 'sign-in';

/** What the API client needs from whoever holds the token. */
export interface TokenSource {
  /** The token to use now; null while there is none worth trying. */
  readonly token: ReadonlySignal<string | null>;
  /** The server answered something other than 401. */
  worked(token: string): void;
  /** The server answered 401, or ended a stream because the token ended. */
  refused(token: string): void;
}

export interface Session extends TokenSource {
  readonly state: ReadonlySignal<SessionState>;
}
