import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseKinds, type TestDatabase } from '../testing/databases.ts';
import { createUserStore } from '../users/users.store.ts';
import { createAuthStore, type AuthStore } from './auth.store.ts';
import { startAuthUpkeep } from './auth-upkeep.ts';
import { createRateLimitStore } from './rate-limits.store.ts';

const DAY_SECONDS = 24 * 60 * 60;

describe.each(databaseKinds)('tokens that were ended, on $kind', ({ open }) => {
  let opened: TestDatabase;
  let store: AuthStore;
  const userId = '00000000-0000-0000-0000-000000000001';
  const now = (): number => Math.floor(Date.now() / 1000);

  beforeEach(async () => {
    opened = await open();
    store = createAuthStore(opened.database);
    await createUserStore(opened.database).seen(userId, undefined);
  });
  afterEach(() => opened.close());

  const revoked = async (): Promise<string[]> => {
    const rows = await opened.database.query.selectFrom('revoked_tokens').select('jti').execute();
    return rows.map(({ jti }) => jti).sort();
  };

  it('have no generation any more; others of the user have', async () => {
    const tokenId = randomUUID();
    expect(await store.generationFor({ userId, tokenId })).toBe(0);
    await store.revokeToken({ userId, tokenId, expiresAt: now() + 60 });
    await store.revokeToken({ userId, tokenId, expiresAt: now() + 60 });
    expect(await store.generationFor({ userId, tokenId })).toBeUndefined();
    expect(await store.generationFor({ userId, tokenId: randomUUID() })).toBe(0);
  });

  it('of an unknown user have none', async () => {
    const unknown = { userId: randomUUID(), tokenId: randomUUID() };
    expect(await store.generationFor(unknown)).toBeUndefined();
  });

  it('are forgotten a day after they would have expired', async () => {
    const token = (tokenId: string, expiresAt: number) => ({ userId, tokenId, expiresAt });
    await store.revokeToken(token('long over', now() - 2 * DAY_SECONDS));
    await store.revokeToken(token('just over', now() - 60));
    await store.revokeToken(token('valid', now() + 60));
    await store.removeExpired();
    expect(await revoked()).toEqual(['just over', 'valid']);
  });

  it('are cleaned up now and then, together with the counters', async () => {
    const rateLimits = createRateLimitStore(opened.database);
    await rateLimits.mark('brief', 1);
    await store.revokeToken({ userId, tokenId: 'x', expiresAt: now() - 2 * DAY_SECONDS });
    const upkeep = startAuthUpkeep({
      store,
      rateLimits,
      log: pino({ level: 'silent' }),
      periodMs: 20,
    });
    const counters = () => opened.database.query.selectFrom('rate_limits').selectAll().execute();
    try {
      await expect.poll(revoked, { timeout: 5_000 }).toEqual([]);
      await expect.poll(counters, { timeout: 5_000 }).toEqual([]);
    } finally {
      upkeep.stop();
      await delay(50);
    }
  });
});
