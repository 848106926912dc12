/** Tries again what may be tried again: network faults and 5xx, never a 4xx. */
import { CozeError } from '../errors/coze-error.ts';

export interface RetryPolicy {
  /** No further try starts later than this after the first, in milliseconds. */
  budgetMs: number;
  /** Tries in all. */
  attempts: number;
  /** Upper bound of the first pause; it doubles with every try. In milliseconds. */
  firstPauseMs: number;
  /** 0 to 1. Default is Math.random. */
  random?: () => number;
  now?: () => number;
}

export function mayRetry(error: unknown): boolean {
  if (!(error instanceof CozeError)) return false;
  if (error.kind === 'upstream_failed' || error.kind === 'network') return true;
  return error.kind === 'timeout' && error.phase !== 'total';
}

/** @throws what the last try threw, or the signal's reason */
export async function withRetries<T>(
  policy: RetryPolicy,
  attempt: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { random = Math.random, now = Date.now } = policy;
  const startedAt = now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= policy.attempts || !mayRetry(error)) throw error;
      // Full jitter: many clients that failed together do not come back together.
      const ceiling = policy.firstPauseMs * 2 ** (tries - 1);
      const asked = error instanceof CozeError ? (error.retryAfterMs ?? 0) : 0;
      const pauseMs = Math.max(asked, Math.ceil(random() * ceiling));
      if (now() - startedAt + pauseMs > policy.budgetMs) throw error;
      await pause(pauseMs, signal);
    }
  }
}

/** @throws the signal's reason */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
