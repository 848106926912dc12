/** Who this user is to the gateway: a name made once, kept by the manager, on no page. */
import type { Storage } from '../storage.ts';
import { withStorageLock } from './storage-lock.ts';

/** The predecessor's key; what it stored is kept. */
const NAME = 'coze_session_name';
const USER = 'zcbot_user_id';

export interface Session {
  /** `session_<first use, base36>_<128 random bits>`. Whoever knows it can read this session. */
  name: string;
  /** For Coze's `user_id`: as stable as the name, but says nothing about it. */
  userId: string;
  /** When it was first used; null for a name of another form. */
  since: Date | null;
}

export async function ownSession(storage: Storage): Promise<Session> {
  const known = readSession(storage);
  if (known) return known;
  return withStorageLock(storage, 'session', () => {
    const made = readSession(storage);
    if (made) return made;
    const name = validName(storage.read(NAME)) ?? newName(Date.now());
    storage.write(NAME, name);
    storage.write(USER, randomHex());
    return readSession(storage)!;
  });
}

/** Forgets who this was; the history stays at Coze, out of reach. */
export async function resetSession(storage: Storage): Promise<void> {
  await withStorageLock(storage, 'session', () => {
    storage.write(NAME, newName(Date.now()));
    storage.write(USER, randomHex());
  });
}

export function onSessionChange(storage: Storage, listener: () => void, signal: AbortSignal): void {
  storage.onChange(NAME, listener, signal);
}

export function newName(now: number): string {
  return `session_${now.toString(36)}_${randomHex()}`;
}

function readSession(storage: Storage): Session | null {
  const name = validName(storage.read(NAME));
  const userId = storage.read(USER);
  if (name === null || typeof userId !== 'string' || userId === '') return null;
  return { name, userId, since: firstUse(name) };
}

function validName(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function firstUse(name: string): Date | null {
  const stamp = /^session_([0-9a-z]{8,9})_/.exec(name)?.[1];
  const time = stamp === undefined ? Number.NaN : Number.parseInt(stamp, 36);
  return Number.isNaN(time) ? null : new Date(time);
}

/** 128 bits. */
function randomHex(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
