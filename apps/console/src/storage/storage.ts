import { signal, type ReadonlySignal } from '@preact/signals';

/**
 * Key/value storage that always answers: `localStorage` where the browser allows it, memory where
 * it throws (blocked third-party storage, private windows, a full quota).
 */
export interface KeyValueStorage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** Keys that start with `prefix`, unordered. */
  keys(prefix: string): string[];
  /** True once a write did not reach the browser's storage: what is kept ends with this page. */
  readonly volatile: ReadonlySignal<boolean>;
}

const PROBE_KEY = 'zcbot.probe';

/** `open` may throw itself: reading `window.localStorage` does, in a frame with storage blocked. */
export function createStorage(open: () => Storage): KeyValueStorage {
  const memory = new Map<string, string>();
  const volatile = signal(false);
  const backing = probe(open);
  if (!backing) volatile.value = true;

  return {
    volatile,
    get(key) {
      const remembered = memory.get(key);
      if (remembered !== undefined) return remembered;
      return attempt(() => backing?.getItem(key) ?? null, null);
    },
    set(key, value) {
      const written = attempt(() => {
        if (!backing) return false;
        backing.setItem(key, value);
        return true;
      }, false);
      if (written) memory.delete(key);
      else {
        memory.set(key, value);
        volatile.value = true;
      }
    },
    remove(key) {
      memory.delete(key);
      attempt(() => backing?.removeItem(key), undefined);
    },
    keys(prefix) {
      const stored = attempt(() => (backing ? listKeys(backing) : []), []);
      const all = new Set([...stored, ...memory.keys()]);
      return [...all].filter((key) => key.startsWith(prefix));
    },
  };
}

function probe(open: () => Storage): Storage | null {
  return attempt(() => {
    const storage = open();
    storage.setItem(PROBE_KEY, '1');
    storage.removeItem(PROBE_KEY);
    return storage;
  }, null);
}

function listKeys(storage: Storage): string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter(
    (key) => key !== null,
  );
}

function attempt<Result>(action: () => Result, otherwise: Result): Result {
  try {
    return action();
  } catch {
    return otherwise;
  }
}
