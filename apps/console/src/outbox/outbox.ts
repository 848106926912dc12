import { signal, type ReadonlySignal } from '@preact/signals';
import type { KeyValueStorage } from '../storage/storage.ts';

/** A message between the composer and the server. */
export interface OutboxEntry {
  /** Becomes the message's id: sending it again does nothing twice. */
  readonly id: string;
  /** Null until the task it opens exists. */
  readonly taskId: string | null;
  /** The id of the task to be made; entries with the same key go to the same one. */
  readonly newTaskKey: string | null;
  readonly text: string;
  /** Epoch milliseconds; entries are sent in this order. */
  readonly createdAt: number;
  readonly state: 'queued' | 'failed';
  /** Why it failed for good. */
  readonly fault: { code: string; detail: string } | null;
}

/**
 * What was sent and has not reached the server. Kept per user and entry (one key each, so that two
 * tabs never overwrite each other) until the server has answered 202; a logout leaves it in place
 * for the same user's return.
 */
export interface Outbox {
  /** In the order of sending. */
  readonly entries: ReadonlySignal<readonly OutboxEntry[]>;
  /** Stored before it returns: only then may the composer let go of the text. */
  add(target: { taskId: string } | { newTaskKey: string }, text: string): OutboxEntry;
  update(id: string, change: Partial<Omit<OutboxEntry, 'id'>>): void;
  remove(id: string): void;
  /** Reads again what other tabs may have written. */
  reload(): readonly OutboxEntry[];
}

export function outboxPrefix(userId: string): string {
  return `zcbot.outbox:${userId}:`;
}

export function createOutbox(settings: {
  storage: KeyValueStorage;
  userId: string;
  now?: () => number;
  newId?: () => string;
}): Outbox {
  const { storage, userId, now = Date.now, newId = randomId } = settings;
  const prefix = outboxPrefix(userId);
  const entries = signal<readonly OutboxEntry[]>([]);

  function read(id: string): OutboxEntry | null {
    return parseEntry(storage.get(prefix + id));
  }

  function reload(): readonly OutboxEntry[] {
    entries.value = storage
      .keys(prefix)
      .map((key) => parseEntry(storage.get(key)))
      .filter((entry) => entry !== null)
      .sort((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1));
    return entries.value;
  }
  reload();

  return {
    entries,
    reload,

    add(target, text) {
      const last = reload().at(-1);
      const entry: OutboxEntry = {
        id: newId(),
        taskId: 'taskId' in target ? target.taskId : null,
        newTaskKey: 'newTaskKey' in target ? target.newTaskKey : null,
        text,
        // Two messages within one millisecond, or a clock set back, must not change places.
        createdAt: Math.max(now(), (last?.createdAt ?? 0) + 1),
        state: 'queued',
        fault: null,
      };
      storage.set(prefix + entry.id, JSON.stringify(entry));
      reload();
      return entry;
    },

    update(id, change) {
      const before = read(id);
      if (!before) return;
      storage.set(prefix + id, JSON.stringify({ ...before, ...change }));
      reload();
    },

    remove(id) {
      storage.remove(prefix + id);
      reload();
    },
  };
}

/** A version 4 UUID; `crypto.randomUUID` is missing on plain http off loopback. */
export function randomId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Null for a key that is empty or damaged. */
export function parseEntry(text: string | null): OutboxEntry | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as OutboxEntry;
    return typeof value.id === 'string' && typeof value.text === 'string' ? value : null;
  } catch {
    return null;
  }
}
