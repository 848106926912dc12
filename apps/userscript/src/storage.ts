/** Where settings and the session live: the manager's storage, or the chat page's localStorage. */

export interface Storage {
  read(name: string): unknown;
  write(name: string, value: unknown): void;
  remove(name: string): void;
  /** Calls back when another tab changed the value. */
  onChange(name: string, listener: () => void, signal: AbortSignal): void;
}

/** JSON in localStorage; where that is blocked, memory, so that the page works until it is closed. */
export function pageStorage(area: globalThis.Storage | null = safeLocalStorage()): Storage {
  const memory = new Map<string, unknown>();
  return {
    read(name) {
      try {
        const text = area?.getItem(name);
        return text == null ? memory.get(name) : (JSON.parse(text) as unknown);
      } catch {
        return memory.get(name);
      }
    },
    write(name, value) {
      memory.set(name, value);
      try {
        area?.setItem(name, JSON.stringify(value));
      } catch {
        // Full or blocked: memory has it.
      }
    },
    remove(name) {
      memory.delete(name);
      try {
        area?.removeItem(name);
      } catch {
        // Blocked: there was nothing to remove.
      }
    },
    onChange(name, listener, signal) {
      const heard = (event: StorageEvent): void => {
        if (event.key === name) listener();
      };
      window.addEventListener('storage', heard, { signal });
    },
  };
}

function safeLocalStorage(): globalThis.Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
