const FIRST_MS = 1_000;
const CEILING_MS = 30_000;

/** Delay (in milliseconds) before try number `attempt`, from 0: 1 s to 30 s, half of it random. */
export function backOffMs(attempt: number, random: () => number = Math.random): number {
  const span = Math.min(CEILING_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return span / 2 + (random() * span) / 2;
}

/** @throws the signal's reason */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
