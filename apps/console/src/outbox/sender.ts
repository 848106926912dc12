import { batch, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Accepted, Task } from '@zcbot/protocol/http';
import { ApiError } from '../api/api-error.ts';
import type { Endpoints } from '../api/endpoints.ts';
import { backOffMs } from '../stream/back-off.ts';
import { withLock } from '../stream/with-lock.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';

/** Offline, the browser says when the network is back; it is wrong often enough to try all the same. */
const OFFLINE_RETRY_MS = 5000;

export interface Sender {
  /** The entry being sent by this tab now. */
  readonly sending: ReadonlySignal<string | null>;
  /** Looks for something to send; harmless at any time. */
  kick(): void;
  /** Another try for an entry that had failed; it goes to the end of the line. */
  retry(id: string): void;
}

/**
 * Empties the outbox, in order, one entry at a time.
 *
 * 1. One tab at a time: the whole outbox of a user is sent under one Web Lock, and what is still to
 *    be sent is read again after taking it. The server's idempotency by id covers browsers without.
 * 2. The lock is held for requests only, never through a wait: a tab that waits for the network, for
 *    a token or for the queue to shrink lets the others try.
 * 3. An entry leaves the outbox only after the server's 202.
 */
export function createSender(settings: {
  outbox: Outbox;
  api: Pick<Endpoints, 'createTask' | 'sendMessage'>;
  userId: string;
  /** A token is there; when it turns true again, waiting entries go out. */
  signedIn: ReadonlySignal<boolean>;
  lifetime: AbortSignal;
  locks: LockManager | undefined;
  onTaskCreated: (newTaskKey: string, task: Task) => void;
  onSent: (taskId: string, entry: OutboxEntry, answer: Accepted) => void;
}): Sender {
  const { outbox, api, lifetime, locks, signedIn } = settings;
  const sending = signal<string | null>(null);
  const lockName = `zcbot.outbox:${settings.userId}`;
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let working: Promise<void> | null = null;
  let kicked = false;

  async function taskFor(entry: OutboxEntry): Promise<string> {
    if (entry.taskId !== null) return entry.taskId;
    // The key is the task's id, so that a lost answer leaves no empty task behind.
    const task = await api.createTask({ id: entry.newTaskKey! }, { unauthorized: 'fail' });
    batch(() => {
      for (const other of outbox.reload()) {
        if (other.newTaskKey === entry.newTaskKey) outbox.update(other.id, { taskId: task.id });
      }
      settings.onTaskCreated(entry.newTaskKey!, task);
    });
    return task.id;
  }

  async function send(entry: OutboxEntry): Promise<void> {
    const taskId = await taskFor(entry);
    const answer = await api.sendMessage(
      taskId,
      { id: entry.id, text: entry.text },
      { unauthorized: 'fail' },
    );
    batch(() => {
      settings.onSent(taskId, entry, answer);
      outbox.remove(entry.id);
    });
  }

  /** Sends until nothing is left or waiting is needed; returns how long (ms), null for not at all. */
  async function drain(): Promise<number | null> {
    const heldBack = new Set<string>();
    let delay: number | null = null;
    for (;;) {
      const entry = outbox
        .reload()
        .find(({ state, taskId }) => state === 'queued' && !heldBack.has(taskId ?? ''));
      if (!entry || lifetime.aborted || !signedIn.peek()) return delay;
      sending.value = entry.id;
      try {
        await send(entry);
        attempt = 0;
      } catch (error) {
        if (lifetime.aborted) return null;
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 401) return null;
        if (!error.transient) {
          const { code, detail } = error;
          outbox.update(entry.id, { state: 'failed', fault: { code, detail } });
          continue;
        }
        delay = Math.max(
          (error.retryAfterSeconds ?? 0) * 1000,
          error.code === 'offline' ? OFFLINE_RETRY_MS : backOffMs(attempt++),
        );
        // A full queue holds up its own task only.
        if (error.code !== 'queue_full' || entry.taskId === null) return delay;
        heldBack.add(entry.taskId);
      } finally {
        sending.value = null;
      }
    }
  }

  async function work(): Promise<void> {
    do {
      kicked = false;
      clearTimeout(timer);
      const delay = locks
        ? await withLock(locks, lockName, { signal: lifetime }, drain)
        : await drain();
      if (delay === null || lifetime.aborted) continue;
      // Whoever asked meanwhile is served by the next try, not by a hasty one.
      kicked = false;
      timer = setTimeout(kick, delay);
    } while (kicked && !lifetime.aborted);
  }

  function kick(): void {
    if (working) {
      kicked = true;
      return;
    }
    kicked = false;
    if (!outbox.entries.peek().some(({ state }) => state === 'queued')) return;
    working = work()
      .catch((error: unknown) => {
        if (!lifetime.aborted) console.error('[zcbot] the outbox stopped', error);
      })
      .finally(() => {
        working = null;
        // Asked for between the last look and now.
        if (kicked && !lifetime.aborted) kick();
      });
  }

  const stopFollowing = effect(() => {
    if (signedIn.value) queueMicrotask(kick);
  });
  lifetime.addEventListener('abort', () => {
    stopFollowing();
    clearTimeout(timer);
  });

  return {
    sending,
    kick,
    retry(id) {
      outbox.update(id, { state: 'queued', fault: null, createdAt: Date.now() });
      attempt = 0;
      kick();
    },
  };
}
