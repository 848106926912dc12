import type { Database } from '../database/database.ts';

export interface StoredUser {
  id: string;
  email: string | null;
  name: string | null;
  tokenGeneration: number;
}

export function createUserStore({ query, now }: Database) {
  const columns = ['id', 'email', 'name', 'token_generation as tokenGeneration'] as const;
  return {
    /** Creates the user on first sight; a name given later replaces the stored one. */
    async seen(userId: string, name: string | undefined): Promise<StoredUser> {
      const known = await this.find(userId);
      if (known && (name === undefined || name === known.name)) return known;
      return query
        .insertInto('users')
        .values({
          id: userId,
          email: null,
          name: name ?? null,
          password_hash: null,
          changed_at: now,
          created_at: now,
        })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet(name === undefined ? { id: userId } : { name }),
        )
        .returning(columns)
        .executeTakeFirstOrThrow();
    },

    find(userId: string): Promise<StoredUser | undefined> {
      return query.selectFrom('users').select(columns).where('id', '=', userId).executeTakeFirst();
    },
  };
}

export type UserStore = ReturnType<typeof createUserStore>;
