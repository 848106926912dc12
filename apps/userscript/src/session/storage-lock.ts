/**
 * Single-flight across tabs, by a value in the manager's storage. That storage has no compare-and-set,
 * so the holder writes its mark, waits until every other tab would see it, and looks whether it is
 * still there; of two that write at once the later one wins and the earlier one sees that.
 */
import type { Storage } from '../storage.ts';

/** Longer than a write takes to reach the other tabs. In milliseconds. */
const SETTLE_MS = 80;
/** A holder that was closed with its tab is forgotten after this. In milliseconds. */
const HELD_MS = 8_000;
const POLL_MS = 100;

interface Mark {
  owner: string;
  until: number;
}

export async function withStorageLock<T>(
  storage: Storage,
  name: string,
  task: () => Promise<T> | T,
): Promise<T> {
  const owner = crypto.getRandomValues(new Uint32Array(4)).join('-');
  const key = `zcbot_lock_${name}`;
  for (;;) {
    const mark = readMark(storage.read(key));
    if (mark && mark.owner !== owner && mark.until > Date.now()) {
      await pause(POLL_MS + Math.random() * POLL_MS);
      continue;
    }
    storage.write(key, { owner, until: Date.now() + HELD_MS } satisfies Mark);
    await pause(SETTLE_MS + Math.random() * SETTLE_MS);
    if (readMark(storage.read(key))?.owner !== owner) continue;
    try {
      return await task();
    } finally {
      if (readMark(storage.read(key))?.owner === owner) storage.remove(key);
    }
  }
}

function readMark(value: unknown): Mark | null {
  const mark = value as Partial<Mark> | null | undefined;
  return typeof mark?.owner === 'string' && typeof mark.until === 'number'
    ? { owner: mark.owner, until: mark.until }
    : null;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
