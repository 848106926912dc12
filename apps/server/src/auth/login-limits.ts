/**
 * How many failed logins are let through. Only failures count.
 *
 *   wrong platform key   per address
 *   wrong password       per address; per account from one address; and per account from all the
 *                        addresses together from which nobody ever signed in to it
 *
 * The last one slows down guessing from many addresses at once, and could lock the owner out for as
 * long as somebody keeps guessing. That is why an address that has signed in to the account is not
 * held by it; and from any other address the owner gets in once the guessing pauses. Buckets are
 * keyed by the address's prefix and by a digest of the e-mail address, known or not.
 */
import { createHash } from 'node:crypto';
import { addressPrefix } from '../http/client-address.ts';
import { ProblemError } from '../http/problem.ts';
import type { Bucket, RateLimitStore } from './rate-limits.store.ts';

const MINUTE_MS = 60_000;
const PLATFORM = { max: 10, windowMs: MINUTE_MS };
const ADDRESS = { max: 50, windowMs: 15 * MINUTE_MS };
const ACCOUNT_AT_ADDRESS = { max: 10, windowMs: 15 * MINUTE_MS };
const ACCOUNT = { max: 100, windowMs: 15 * MINUTE_MS };
const ADDRESS_KNOWN_MS = 90 * 24 * 60 * MINUTE_MS;

/** A flood that is held back already is told so from memory for this long (in milliseconds). */
const REFUSAL_KEPT_MS = 1_000;
const REFUSALS_MAX = 10_000;

export interface PasswordAttempt {
  /** The password was right: nothing is counted, and the address is known from now on. */
  succeeded(): Promise<void>;
}

export function createLoginLimits(store: RateLimitStore) {
  /** By the key of a full bucket; times by the monotonic clock. */
  const refusals = new Map<string, { keptUntil: number; fullUntil: number }>();

  function refuseFull(buckets: readonly Bucket[]): void {
    const now = performance.now();
    for (const { key } of buckets) {
      const refusal = refusals.get(key);
      if (refusal && now < refusal.keptUntil) throw rateLimited(refusal.fullUntil - now);
    }
  }

  async function take(buckets: readonly Bucket[]): Promise<void> {
    refuseFull(buckets);
    const refused = await store.take(buckets);
    if (refused === null) return;
    const now = performance.now();
    if (refusals.size >= REFUSALS_MAX) refusals.clear();
    refusals.set(refused.full, {
      keptUntil: now + REFUSAL_KEPT_MS,
      fullUntil: now + refused.waitMs,
    });
    throw rateLimited(refused.waitMs);
  }

  return {
    /** @throws ProblemError `rate_limited` when the address has failed too often. */
    platformFailed(address: string): Promise<void> {
      return take([{ key: `platform ${addressPrefix(address)}`, ...PLATFORM }]);
    },

    /**
     * Asks no database, so that a flood costs nothing.
     * @throws ProblemError `rate_limited` when such an attempt has just been refused.
     */
    refusePassword(email: string, address: string): void {
      refuseFull(passwordBuckets(accountKey(email), addressPrefix(address)));
    },

    /**
     * Counts the attempt as failed beforehand, so that attempts at the same time cannot all slip
     * through below the limit.
     * @throws ProblemError `rate_limited`
     */
    async passwordAttempt(email: string, address: string): Promise<PasswordAttempt> {
      const [account, prefix] = [accountKey(email), addressPrefix(address)];
      const knownKey = `known ${account} ${prefix}`;
      const known = await store.isMarked(knownKey);
      const buckets = [
        ...passwordBuckets(account, prefix),
        ...(known ? [] : [{ key: `account ${account}`, ...ACCOUNT }]),
      ];
      await take(buckets);
      return {
        async succeeded() {
          await store.giveBack(buckets);
          if (!known) await store.mark(knownKey, ADDRESS_KNOWN_MS);
        },
      };
    },
  };
}

export type LoginLimits = ReturnType<typeof createLoginLimits>;

function passwordBuckets(account: string, prefix: string): Bucket[] {
  return [
    { key: `address ${prefix}`, ...ADDRESS },
    { key: `account ${account} ${prefix}`, ...ACCOUNT_AT_ADDRESS },
  ];
}

function accountKey(email: string): string {
  return createHash('sha256').update(email).digest('base64url').slice(0, 22);
}

function rateLimited(waitMs: number): ProblemError {
  const seconds = Math.ceil(waitMs / 1000);
  return new ProblemError(
    'rate_limited',
    `Too many failed attempts. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    { retryAfterSeconds: seconds },
  );
}
