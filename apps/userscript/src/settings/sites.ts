/** On which sites the chat shows: Coze's own, and those it was switched on for. */
import type { Storage } from '../storage.ts';

const STORED = 'zcbot_sites';

export interface Sites {
  isOn(host: string): boolean;
  set(host: string, on: boolean): void;
  onChange(listener: () => void, signal: AbortSignal): void;
}

export function createSites(storage: Storage): Sites {
  const chosen = (): Record<string, unknown> => {
    const value = storage.read(STORED);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  };
  return {
    isOn(host) {
      const choice = Object.hasOwn(chosen(), host) ? chosen()[host] : undefined;
      return typeof choice === 'boolean' ? choice : isCoze(host);
    },
    set(host, on) {
      storage.write(STORED, { ...chosen(), [host]: on });
    },
    onChange: (listener, signal) => storage.onChange(STORED, listener, signal),
  };
}

function isCoze(host: string): boolean {
  return /^(.+\.)?coze\.(cn|com)(:\d+)?$/.test(host);
}
