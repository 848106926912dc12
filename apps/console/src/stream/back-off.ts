const FIRST_MS = 500;
const CEILING_MS = 15_000;

/**
 * Delay (in milliseconds) before reconnect number `attempt`, counted from 0: exponential from
 * 500 ms to 15 s with full jitter on the upper half, so that a restarted server is not met by all
 * its readers at once.
 */
export function backOffMs(attempt: number, random: () => number = Math.random): number {
  const span = Math.min(CEILING_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return span / 2 + (random() * span) / 2;
}
