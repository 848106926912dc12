import { sql } from 'kysely';
import type { Database } from '../database/database.ts';

/** Server and database clocks may differ by this much without a revoked token coming back. */
const CLOCK_MARGIN_MS = 24 * 60 * 60 * 1000;

export function createAuthStore({ query, now }: Database) {
  return {
    /** The user's token generation, or undefined when the token was revoked or its user is unknown. */
    async generationFor(token: { userId: string; tokenId: string }): Promise<number | undefined> {
      const row = await query
        .selectFrom('users')
        .leftJoin('revoked_tokens', (join) => join.on('revoked_tokens.jti', '=', token.tokenId))
        .select(['users.token_generation as generation', 'revoked_tokens.jti as revoked'])
        .where('users.id', '=', token.userId)
        .executeTakeFirst();
      return row && row.revoked === null ? row.generation : undefined;
    },

    /** @param token.expiresAt epoch seconds */
    async revokeToken(token: {
      userId: string;
      tokenId: string;
      expiresAt: number;
    }): Promise<void> {
      await query
        .insertInto('revoked_tokens')
        .values({
          jti: token.tokenId,
          user_id: token.userId,
          expires_at: token.expiresAt * 1000,
          revoked_at: now,
        })
        .onConflict((conflict) => conflict.column('jti').doNothing())
        .execute();
    },

    /** Forgets revoked tokens that have expired by now anyway. */
    async removeExpired(): Promise<void> {
      await query
        .deleteFrom('revoked_tokens')
        .where('expires_at', '<', sql<number>`${now} - ${sql.lit(CLOCK_MARGIN_MS)}`)
        .execute();
    },
  };
}

export type AuthStore = ReturnType<typeof createAuthStore>;
