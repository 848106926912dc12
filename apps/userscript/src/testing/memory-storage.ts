import type { Storage } from '../storage.ts';

/** For tests: one storage as several tabs see it. */
export function memoryStorage(values: Record<string, unknown> = {}): Storage & {
  values: Record<string, unknown>;
} {
  const listeners = new Set<{ name: string; call: () => void }>();
  const tell = (name: string): void => {
    for (const listener of listeners) if (listener.name === name) listener.call();
  };
  return {
    values,
    read: (name) => structuredClone(values[name]),
    write(name, value) {
      values[name] = structuredClone(value);
      tell(name);
    },
    remove(name) {
      delete values[name];
      tell(name);
    },
    onChange(name, call, signal) {
      const listener = { name, call };
      listeners.add(listener);
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true });
    },
  };
}
