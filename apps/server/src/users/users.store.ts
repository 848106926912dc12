import type { Database } from '../database/database.ts';

export interface StoredUser {
  id: string;
  email: string | null;
  name: string | null;
  tokenGeneration: number;
}

export interface ListedUser {
  id: string;
  email: string | null;
  name: string | null;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** E-mail addresses come in and are stored normalised (`normalizeEmail`). */
export function createUserStore({ query, now }: Database) {
  const columns = ['id', 'email', 'name', 'token_generation as tokenGeneration'] as const;

  const raiseGeneration = () =>
    query
      .updateTable('users')
      .set((eb) => ({ token_generation: eb('token_generation', '+', 1), changed_at: now }));

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

    findByEmail(
      email: string,
    ): Promise<(StoredUser & { passwordHash: string | null }) | undefined> {
      return query
        .selectFrom('users')
        .select([...columns, 'password_hash as passwordHash'])
        .where('email', '=', email)
        .executeTakeFirst();
    },

    list(): Promise<ListedUser[]> {
      return query
        .selectFrom('users')
        .select(['id', 'email', 'name', 'created_at as createdAt'])
        .orderBy('created_at')
        .orderBy('id')
        .execute();
    },

    /** False when the address is taken. */
    async add(user: {
      id: string;
      email: string;
      name: string | null;
      passwordHash: string;
    }): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await query
        .insertInto('users')
        .values({
          id: user.id,
          email: user.email,
          name: user.name,
          password_hash: user.passwordHash,
          changed_at: now,
          created_at: now,
        })
        .onConflict((conflict) => conflict.column('email').doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },

    /** Ends the user's tokens as well. False when nobody has this address. */
    async setPasswordHash(email: string, passwordHash: string): Promise<boolean> {
      const { numUpdatedRows } = await raiseGeneration()
        .set({ password_hash: passwordHash })
        .where('email', '=', email)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Ends all tokens of a user. @returns the new generation, undefined when there is no such user */
    async endTokens(user: { id: string } | { email: string }): Promise<number | undefined> {
      const [column, value] =
        'id' in user ? (['id', user.id] as const) : (['email', user.email] as const);
      const row = await raiseGeneration()
        .where(column, '=', value)
        .returning('token_generation')
        .executeTakeFirst();
      return row?.token_generation;
    },
  };
}

export type UserStore = ReturnType<typeof createUserStore>;
