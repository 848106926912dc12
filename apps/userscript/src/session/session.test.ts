import { describe, expect, test } from 'vitest';
import { memoryStorage } from '../testing/memory-storage.ts';
import { newName, ownSession, resetSession } from './session.ts';
import { withStorageLock } from './storage-lock.ts';

describe('the session', () => {
  test('is named by its first use and 128 random bits', () => {
    const now = Date.UTC(2026, 10, 22);
    expect(newName(now)).toMatch(/^session_[0-9a-z]{8}_[0-9a-f]{32}$/);
    expect(Number.parseInt(newName(now).split('_')[1]!, 36)).toBe(now);
    expect(newName(now)).not.toBe(newName(now));
  });

  test('is made once, however many tabs ask at a time', async () => {
    const storage = memoryStorage();
    const all = await Promise.all(Array.from({ length: 8 }, () => ownSession(storage)));
    expect(new Set(all.map(({ name }) => name)).size).toBe(1);
    expect(new Set(all.map(({ userId }) => userId)).size).toBe(1);
    expect(all[0]!.userId).not.toContain(all[0]!.name.split('_')[2]);
  });

  test('of the predecessor is kept', async () => {
    const storage = memoryStorage({ coze_session_name: 'session_mb1x2y3z_a1b2c3' });
    const session = await ownSession(storage);
    expect(session.name).toBe('session_mb1x2y3z_a1b2c3');
    expect(session.since?.getUTCFullYear()).toBe(2025);
  });

  test('is another one after a reset, with another user id', async () => {
    const storage = memoryStorage();
    const before = await ownSession(storage);
    await resetSession(storage);
    const after = await ownSession(storage);
    expect(after.name).not.toBe(before.name);
    expect(after.userId).not.toBe(before.userId);
  });
});

describe('the lock across tabs', () => {
  test('lets one in at a time', async () => {
    const storage = memoryStorage();
    let inside = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 4 }, () => withStorageLock(storage, 'x', task)));
    expect(most).toBe(1);
    expect(storage.values).toEqual({});
  });

  test('is taken over from a tab that was closed, and freed by a task that fails', async () => {
    const storage = memoryStorage({ zcbot_lock_x: { owner: 'gone', until: Date.now() + 200 } });
    const failing = withStorageLock(storage, 'x', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(storage.values).toEqual({});
  });
});
