import type { KeyValueStorage } from '../storage/storage.ts';

/** Key of the draft for a task that does not exist yet. */
export const NEW_TASK_DRAFT = 'new';

/** What has been typed and not sent, per user and task. */
export interface Drafts {
  read(taskId: string): string;
  /** Kept at once in memory, in storage a moment later and whenever the page may go away. */
  write(taskId: string, text: string): void;
  /** Forgets the draft; call after its text has reached the outbox. */
  clear(taskId: string): void;
  /** The text goes on under another task: the one that has just been made for it. */
  move(fromTaskId: string, toTaskId: string): void;
  flush(): void;
}

const WRITE_DELAY_MS = 200;

export function createDrafts(storage: KeyValueStorage, userId: string): Drafts {
  const pending = new Map<string, string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const keyOf = (taskId: string): string => `zcbot.draft:${userId}:${taskId}`;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const [taskId, text] of pending) {
      if (text === '') storage.remove(keyOf(taskId));
      else storage.set(keyOf(taskId), text);
    }
    pending.clear();
  }

  function read(taskId: string): string {
    return pending.get(taskId) ?? storage.get(keyOf(taskId)) ?? '';
  }

  function write(taskId: string, text: string): void {
    pending.set(taskId, text);
    timer ??= setTimeout(flush, WRITE_DELAY_MS);
  }

  function clear(taskId: string): void {
    pending.delete(taskId);
    storage.remove(keyOf(taskId));
  }

  return {
    flush,
    read,
    write,
    clear,
    move(fromTaskId, toTaskId) {
      const text = read(fromTaskId);
      if (text === '') return;
      write(toTaskId, text);
      flush();
      clear(fromTaskId);
    },
  };
}
