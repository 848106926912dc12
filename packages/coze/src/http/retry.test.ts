import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CozeError, type CozeErrorKind } from '../errors/coze-error.ts';
import { remedyFor } from '../errors/remedies.ts';
import { withRetries } from './retry.ts';

const policy = { budgetMs: 10_000, attempts: 4, firstPauseMs: 100, random: () => 1 };

function failure(kind: CozeErrorKind, retryAfterMs?: number): CozeError {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new CozeError({ kind, message: kind, remedy: remedyFor(kind), ...wait });
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function tries(error: Error, change: Partial<typeof policy> = {}) {
  const times: number[] = [];
  const startedAt = Date.now();
  const done = withRetries({ ...policy, ...change }, () => {
    times.push(Date.now() - startedAt);
    return Promise.reject(error);
  });
  const caught = done.catch((reason: unknown) => reason);
  await vi.runAllTimersAsync();
  expect(await caught).toBe(error);
  return times;
}

test.each(['upstream_failed', 'network', 'timeout'] as const)(
  '%s is tried again with growing pauses',
  async (kind) => expect(await tries(failure(kind))).toEqual([0, 100, 300, 700]),
);

test.each(['bad_request', 'unauthorized', 'invalid_client', 'rate_limited', 'stream_cut'] as const)(
  '%s is not tried again',
  async (kind) => expect(await tries(failure(kind))).toEqual([0]),
);

test('what is no failure of Coze is not tried again', async () => {
  expect(await tries(new TypeError('bug'))).toEqual([0]);
});

test('no try starts after the budget', async () => {
  expect(await tries(failure('network'), { budgetMs: 350 })).toEqual([0, 100, 300]);
});

test('a pause the server asked for is kept, or the failure is final', async () => {
  expect(await tries(failure('upstream_failed', 2000))).toEqual([0, 2000, 4000, 6000]);
  expect(await tries(failure('upstream_failed', 60_000))).toEqual([0]);
});

test('the pauses are spread', async () => {
  expect(await tries(failure('network'), { random: () => 0.5 })).toEqual([0, 50, 150, 350]);
});

test('an abort ends the pause, with its reason', async () => {
  const controller = new AbortController();
  const work = () => Promise.reject(failure('network'));
  const done = withRetries(policy, work, controller.signal).catch((reason: unknown) => reason);
  await vi.advanceTimersByTimeAsync(50);
  controller.abort('enough');
  expect(await done).toBe('enough');
  expect(vi.getTimerCount()).toBe(0);
});
