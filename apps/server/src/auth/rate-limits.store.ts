/**
 * Counters of failures in fixed windows. They lie in the database, so that they hold across
 * restarts and between servers, and go by its clock.
 */
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';

export interface Bucket {
  key: string;
  /** So many failures fit into one window. */
  max: number;
  windowMs: number;
}

class BucketFull extends Error {
  readonly bucket: Bucket;
  constructor(bucket: Bucket) {
    super('the bucket is full');
    this.bucket = bucket;
  }
}

export function createRateLimitStore(database: Database) {
  const { query, now, transaction } = database;
  const inFuture = (ms: number) => sql<number>`${now} + cast(${ms} as bigint)`;

  return {
    /**
     * Counts one failure in every bucket, or in none when one of them is full. Callers name buckets
     * of the same kinds in the same order, since the rows are locked in it.
     * @returns null, or the full one and how long it stays full (in milliseconds)
     */
    async take(buckets: readonly Bucket[]): Promise<{ full: string; waitMs: number } | null> {
      try {
        await transaction(async (trx) => {
          for (const bucket of buckets) {
            const taken = await trx
              .insertInto('rate_limits')
              .values({ bucket: bucket.key, failures: 1, resets_at: inFuture(bucket.windowMs) })
              .onConflict((conflict) =>
                conflict
                  .column('bucket')
                  .doUpdateSet((eb) => ({
                    failures: eb
                      .case()
                      .when('rate_limits.resets_at', '<=', now)
                      .then(1)
                      .else(eb('rate_limits.failures', '+', 1))
                      .end(),
                    resets_at: eb
                      .case()
                      .when('rate_limits.resets_at', '<=', now)
                      .then(inFuture(bucket.windowMs))
                      .else(eb.ref('rate_limits.resets_at'))
                      .end(),
                  }))
                  .where((eb) =>
                    eb.or([
                      eb('rate_limits.failures', '<', bucket.max),
                      eb('rate_limits.resets_at', '<=', now),
                    ]),
                  ),
              )
              .returning('bucket')
              .executeTakeFirst();
            if (!taken) throw new BucketFull(bucket);
          }
        });
        return null;
      } catch (error) {
        if (!(error instanceof BucketFull)) throw error;
        const left = await query
          .selectFrom('rate_limits')
          .select((eb) => eb('resets_at', '-', now).as('ms'))
          .where('bucket', '=', error.bucket.key)
          .executeTakeFirst();
        return { full: error.bucket.key, waitMs: Math.max(left?.ms ?? 0, 1) };
      }
    },

    /** Takes back what `take` counted, in the same order. */
    giveBack(buckets: readonly Bucket[]): Promise<void> {
      return transaction(async (trx) => {
        for (const { key } of buckets) {
          await trx
            .updateTable('rate_limits')
            .set((eb) => ({ failures: eb('failures', '-', 1) }))
            .where('bucket', '=', key)
            .where('failures', '>', 0)
            .execute();
        }
      });
    },

    /** Leaves a mark that is there for `ms`. */
    async mark(key: string, ms: number): Promise<void> {
      await query
        .insertInto('rate_limits')
        .values({ bucket: key, failures: 0, resets_at: inFuture(ms) })
        .onConflict((conflict) =>
          conflict.column('bucket').doUpdateSet({ resets_at: inFuture(ms) }),
        )
        .execute();
    },

    async isMarked(key: string): Promise<boolean> {
      const row = await query
        .selectFrom('rate_limits')
        .select('bucket')
        .where('bucket', '=', key)
        .where('resets_at', '>', now)
        .executeTakeFirst();
      return row !== undefined;
    },

    async removeExpired(): Promise<void> {
      await query.deleteFrom('rate_limits').where('resets_at', '<=', now).execute();
    },
  };
}

export type RateLimitStore = ReturnType<typeof createRateLimitStore>;
