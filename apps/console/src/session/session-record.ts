import { readClaims } from '../bridge/jwt.ts';
import type { KeyValueStorage } from '../storage/storage.ts';

export const STANDALONE_KEY = 'zcbot.session';

export function embedKey(parentOrigin: string): string {
  return `zcbot.embed:${parentOrigin}`;
}

/** A token kept between visits. */
export interface SessionRecord {
  token: string;
  user_id: string;
  user_name: string | null;
  /** The server has accepted it at least once: only then is its refusal worth a `zcbot-401`. */
  worked: boolean;
}

/**
 * Null for a record that is missing, damaged, not its own user's, or expired by this machine's
 * clock (a clock that is wrong only costs a push, which never looks at `exp`).
 */
export function loadRecord(
  storage: KeyValueStorage,
  key: string,
  now: number,
): SessionRecord | null {
  const stored = parse(storage.get(key));
  if (!stored) return null;
  const { token, user_id, user_name, worked } = stored;
  if (typeof token !== 'string' || typeof user_id !== 'string') return null;
  const claims = readClaims(token);
  if (!claims || claims.subject !== user_id) return null;
  if (claims.expiresAt !== null && claims.expiresAt * 1000 <= now) return null;
  return {
    token,
    user_id,
    user_name: typeof user_name === 'string' ? user_name : null,
    worked: worked === true,
  };
}

export function saveRecord(storage: KeyValueStorage, key: string, record: SessionRecord): void {
  storage.set(key, JSON.stringify(record));
}

function parse(text: string | null): Record<string, unknown> | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
