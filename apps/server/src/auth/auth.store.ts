import type { Database } from '../database/database.ts';

export function createAuthStore({ query }: Database) {
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
  };
}

export type AuthStore = ReturnType<typeof createAuthStore>;
