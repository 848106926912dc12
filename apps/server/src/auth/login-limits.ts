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

export interface PasswordAttempt {
  /** The password was right: nothing is counted, and the address is known from now on. */
  succeeded(): Promise<void>;
  /** The password was not looked at: nothing is counted. */
  dropped(): Promise<void>;
}

export function createLoginLimits(store: RateLimitStore) {
  async function take(buckets: readonly Bucket[]): Promise<void> {
    const waitMs = await store.take(buckets);
    if (waitMs === null) return;
    const seconds = Math.ceil(waitMs / 1000);
    throw new ProblemError(
      'rate_limited',
      `Too many failed attempts. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
      { retryAfterSeconds: seconds },
    );
  }

  return {
    /** @throws ProblemError `rate_limited` when the address has failed too often. */
    platformFailed(address: string): Promise<void> {
      return take([{ key: `platform ${addressPrefix(address)}`, ...PLATFORM }]);
    },

    /**
     * Counts the attempt as failed beforehand, so that attempts at the same time cannot all slip
     * through below the limit.
     * @throws ProblemError `rate_limited`
     */
    async passwordAttempt(email: string, address: string): Promise<PasswordAttempt> {
      const prefix = addressPrefix(address);
      const account = createHash('sha256').update(email).digest('base64url').slice(0, 22);
      const knownKey = `known ${account} ${prefix}`;
      const known = await store.isMarked(knownKey);
      const buckets = [
        { key: `address ${prefix}`, ...ADDRESS },
        { key: `account ${account} ${prefix}`, ...ACCOUNT_AT_ADDRESS },
        ...(known ? [] : [{ key: `account ${account}`, ...ACCOUNT }]),
      ];
      await take(buckets);
      return {
        async succeeded() {
          await store.giveBack(buckets);
          if (!known) await store.mark(knownKey, ADDRESS_KNOWN_MS);
        },
        dropped: () => store.giveBack(buckets),
      };
    },
  };
}

export type LoginLimits = ReturnType<typeof createLoginLimits>;
