import { GUID, READY, TOKEN, UNAUTHORIZED } from '@zcbot/protocol/embed';
import { readClaims } from './jwt.ts';

/** A push from the parent that has passed every check. */
export interface TokenPush {
  token: string;
  /** Lower case. */
  userId: string;
  userName: string | null;
}

export interface Expectation {
  /** The one window messages may come from. */
  source: unknown;
  /** The origin the server rendered the page for. */
  origin: string;
  /** The console posts to itself, so its own messages come back. */
  hearsItself: boolean;
}

export type Verdict =
  | { kind: 'accepted'; push: TokenPush }
  /** The console's own message heard back in the self-posting debugging way (seed §7). */
  | { kind: 'echo'; type: string }
  | { kind: 'dropped'; reason: string };

/**
 * The only place that decides whether a foreign message counts (design §4.3).
 *
 * 1. `event.source` is the parent window (or this window, when the rendered origin is its own).
 * 2. `event.origin` equals the rendered origin, compared as whole strings.
 * 3. `data` is an object of type `zcbot-token`; `token` is a well-formed JWT, `user_id` a GUID.
 * 4. `user_id` is the token's `sub`.
 *
 * A reason never repeats anything out of the message: it may be a token.
 */
export function judgeMessage(
  event: Pick<MessageEvent<unknown>, 'source' | 'origin' | 'data'>,
  expected: Expectation,
): Verdict {
  if (event.source !== expected.source) return dropped('it does not come from the parent window');
  if (event.origin !== expected.origin) return dropped('its origin is not the registered parent');
  const data = event.data;
  if (typeof data !== 'object' || data === null || !('type' in data)) {
    return dropped('it is not an object with a type');
  }
  if (expected.hearsItself && (data.type === READY || data.type === UNAUTHORIZED)) {
    return { kind: 'echo', type: data.type };
  }
  if (data.type !== TOKEN) return dropped('its type is unknown');
  const { token, user_id, user_name } = data as Record<string, unknown>;
  if (typeof token !== 'string' || token === '') return dropped('token is missing');
  if (typeof user_id !== 'string' || user_id === '') return dropped('user_id is missing');
  if (!GUID.test(user_id)) return dropped('user_id is not a UUID');
  const claims = readClaims(token);
  if (!claims) return dropped('token is not a well-formed JWT with a UUID as its subject');
  const userId = user_id.toLowerCase();
  if (claims.subject !== userId) return dropped("user_id is not the token's subject");
  const userName = typeof user_name === 'string' && user_name.trim() !== '' ? user_name : null;
  return { kind: 'accepted', push: { token, userId, userName } };
}

function dropped(reason: string): Verdict {
  return { kind: 'dropped', reason };
}
