import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseKinds, type TestDatabase } from '../testing/databases.ts';
import { createRateLimitStore, type RateLimitStore } from './rate-limits.store.ts';

const MINUTE_MS = 60_000;

describe.each(databaseKinds)('counters of failures on $kind', ({ open }) => {
  let opened: TestDatabase;
  let limits: RateLimitStore;

  beforeEach(async () => {
    opened = await open();
    limits = createRateLimitStore(opened.database);
  });
  afterEach(() => opened.close());

  const bucket = (key: string, max: number, windowMs = MINUTE_MS) => ({ key, max, windowMs });
  const failures = async (key: string): Promise<number | undefined> => {
    const { query } = opened.database;
    const row = await query
      .selectFrom('rate_limits')
      .select('failures')
      .where('bucket', '=', key)
      .executeTakeFirst();
    return row?.failures;
  };

  it('let through as many as fit, then say how long to wait', async () => {
    const three = [bucket('a', 3)];
    for (let i = 0; i < 3; i += 1) expect(await limits.take(three)).toBeNull();
    const refused = await limits.take(three);
    expect(refused).toMatchObject({ full: 'a' });
    expect(refused!.waitMs).toBeGreaterThan(MINUTE_MS - 10_000);
    expect(refused!.waitMs).toBeLessThanOrEqual(MINUTE_MS);
    expect(await failures('a')).toBe(3);
  });

  it('start again when the window is over', async () => {
    const brief = [bucket('a', 1, 500)];
    expect(await limits.take(brief)).toBeNull();
    expect((await limits.take(brief))!.waitMs).toBeGreaterThan(0);
    await delay(600);
    expect(await limits.take(brief)).toBeNull();
    expect(await failures('a')).toBe(1);
  });

  it('count in all buckets or in none', async () => {
    await limits.take([bucket('full', 1)]);
    expect(await limits.take([bucket('free', 5), bucket('full', 1)])).toMatchObject({
      full: 'full',
    });
    expect(await failures('free')).toBeUndefined();
    expect(await limits.take([bucket('free', 5), bucket('other', 5)])).toBeNull();
    expect([await failures('free'), await failures('other')]).toEqual([1, 1]);
  });

  it('let no more through when many come at the same time, from several servers', async () => {
    const stores = [
      limits,
      createRateLimitStore(await opened.openAnother()),
      createRateLimitStore(await opened.openAnother()),
    ];
    const outcomes = await Promise.all(
      Array.from({ length: 90 }, (_, i) =>
        stores[i % stores.length]!.take([bucket(`address ${i % 2}`, 50), bucket('account', 10)]),
      ),
    );
    expect(outcomes.filter((refused) => refused === null)).toHaveLength(10);
  });

  it('take back what was counted, never below zero', async () => {
    const two = [bucket('a', 1), bucket('b', 1)];
    await limits.take(two);
    await limits.giveBack(two);
    expect(await limits.take(two)).toBeNull();
    await limits.giveBack([...two, ...two]);
    expect([await failures('a'), await failures('b')]).toEqual([0, 0]);
  });

  it('do not get in each other’s way when they count and take back at the same time', async () => {
    const buckets = [bucket('a', 1_000), bucket('b', 1_000), bucket('c', 1_000)];
    const store = createRateLimitStore(await opened.openAnother());
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const one = i % 2 ? limits : store;
        expect(await one.take(buckets)).toBeNull();
        await one.giveBack(buckets);
      }),
    );
    expect([await failures('a'), await failures('b'), await failures('c')]).toEqual([0, 0, 0]);
  });

  it('keep a mark for its time', async () => {
    expect(await limits.isMarked('m')).toBe(false);
    await limits.mark('m', 500);
    expect(await limits.isMarked('m')).toBe(true);
    await delay(600);
    expect(await limits.isMarked('m')).toBe(false);
    await limits.mark('m', MINUTE_MS);
    expect(await limits.isMarked('m')).toBe(true);
  });

  it('are thrown away when they are over, and only then', async () => {
    await limits.take([bucket('over', 1, 30), bucket('counting', 1)]);
    await limits.mark('marked', MINUTE_MS);
    await delay(60);
    await limits.removeExpired();
    const { rows } = await sql<{ bucket: string }>`select bucket from rate_limits`.execute(
      opened.database.query,
    );
    expect(rows.map((row) => row.bucket).sort()).toEqual(['counting', 'marked']);
  });
});
