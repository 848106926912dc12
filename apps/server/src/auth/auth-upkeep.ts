/** Throws away what has expired: revoked tokens and the counters of failed logins. */
import type { Logger } from 'pino';
import type { AuthStore } from './auth.store.ts';
import type { RateLimitStore } from './rate-limits.store.ts';

const PERIOD_MS = 10 * 60 * 1000;

export function startAuthUpkeep(parts: {
  store: Pick<AuthStore, 'removeExpired'>;
  rateLimits: Pick<RateLimitStore, 'removeExpired'>;
  log: Logger;
  /** Default is 600000 (10 minutes). */
  periodMs?: number;
}) {
  const clean = async (): Promise<void> => {
    await parts.store.removeExpired();
    await parts.rateLimits.removeExpired();
  };
  const timer = setInterval(() => {
    clean().catch((error: unknown) =>
      parts.log.error({ err: error }, 'removing expired tokens and counters failed; trying again'),
    );
  }, parts.periodMs ?? PERIOD_MS);
  return { stop: () => clearInterval(timer) };
}
