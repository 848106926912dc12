/** Lets a loop sleep until a time has passed or something happened that makes waiting pointless. */
export interface Wake {
  /** Ends the present sleep, if any. */
  up(): void;
  /** @param ms Infinity sleeps until `up`. Resolves, never rejects. */
  sleep(ms: number): Promise<void>;
}

export function createWake(): Wake {
  let end: (() => void) | null = null;
  return {
    up: () => end?.(),
    sleep: (ms) =>
      new Promise((resolve) => {
        const timer = Number.isFinite(ms) ? setTimeout(() => end?.(), ms) : undefined;
        end = () => {
          clearTimeout(timer);
          end = null;
          resolve();
        };
      }),
  };
}
