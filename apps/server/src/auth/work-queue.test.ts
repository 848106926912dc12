import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { QueueFullError, WorkQueue } from './work-queue.ts';

function gate() {
  const opened = Promise.withResolvers<void>();
  return { open: opened.resolve, wait: () => opened.promise };
}

describe('a work queue', () => {
  it('runs so many at a time, keeps so many waiting, and refuses the rest at once', async () => {
    const queue = new WorkQueue({ concurrency: 2, waitingMax: 3 });
    const { open, wait } = gate();
    let running = 0;
    let most = 0;
    const work = async (): Promise<string> => {
      most = Math.max(most, (running += 1));
      await wait();
      running -= 1;
      return 'done';
    };
    const outcomes = Array.from({ length: 9 }, () =>
      queue.run(work).catch((error: unknown) => (error instanceof QueueFullError ? 'full' : error)),
    );
    await turn();
    expect(running).toBe(2);
    open();
    const settled = await Promise.all(outcomes);
    expect(settled.filter((outcome) => outcome === 'done')).toHaveLength(5);
    expect(settled.filter((outcome) => outcome === 'full')).toHaveLength(4);
    expect(most).toBe(2);
  });

  it('frees the place of work that failed', async () => {
    const queue = new WorkQueue({ concurrency: 1, waitingMax: 0 });
    await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(queue.run(() => Promise.resolve(1))).resolves.toBe(1);
  });

  it('takes new work after it has been full', async () => {
    const queue = new WorkQueue({ concurrency: 1, waitingMax: 1 });
    const { open, wait } = gate();
    const first = [queue.run(wait), queue.run(wait)];
    await expect(queue.run(wait)).rejects.toThrow(QueueFullError);
    open();
    await Promise.all(first);
    await expect(queue.run(() => Promise.resolve('again'))).resolves.toBe('again');
  });
});
