import { batch, signal, type ReadonlySignal } from '@preact/signals';
import type { NewTask, Task, TaskPatch } from '@zcbot/protocol/http';
import type { TaskEventName } from '@zcbot/protocol/run-events';
import { anySignal } from '../api/any-signal.ts';
import { ApiError } from '../api/api-error.ts';
import type { Endpoints } from '../api/endpoints.ts';

/** The task panel's data: one list at a time (all, archived, or the hits of a search). */
export interface TaskList {
  readonly phase: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  readonly fault: ReadonlySignal<ApiError | null>;
  /** Newest change first. */
  readonly items: ReadonlySignal<readonly Task[]>;
  readonly hasMore: ReadonlySignal<boolean>;
  readonly loadingMore: ReadonlySignal<boolean>;
  readonly search: ReadonlySignal<string>;
  readonly archived: ReadonlySignal<boolean>;
  /** What is known of a task, listed or not. */
  find(id: string): Task | undefined;
  /** Remembers a task read by itself, so that its header can be shown. */
  remember(task: Task): void;
  setSearch(text: string): void;
  setArchived(archived: boolean): void;
  reload(): Promise<void>;
  loadMore(): Promise<void>;
  create(input: NewTask): Promise<Task>;
  patch(id: string, patch: TaskPatch): Promise<void>;
  remove(id: string): Promise<void>;
  restore(id: string): Promise<void>;
  applyEvent(name: TaskEventName, task: Task | { id: string }): void;
}

export const SEARCH_DELAY_MS = 250;

type Api = Pick<Endpoints, 'listTasks' | 'createTask' | 'patchTask' | 'deleteTask' | 'restoreTask'>;

export function createTaskList(api: Api, lifetime: AbortSignal): TaskList {
  const phase = signal<'loading' | 'ready' | 'failed'>('loading');
  const fault = signal<ApiError | null>(null);
  const items = signal<readonly Task[]>([]);
  const cursor = signal<string | null>(null);
  const hasMore = signal(false);
  const loadingMore = signal(false);
  const search = signal('');
  const archived = signal(false);
  /** Every task seen, so that the open one is known while the list shows something else. */
  const known = signal<ReadonlyMap<string, Task>>(new Map());
  let searchTimer: ReturnType<typeof setTimeout> | undefined;
  let load: AbortController | null = null;
  /** Counts the lists shown, so that a page of an earlier one is not appended to this one. */
  let generation = 0;

  lifetime.addEventListener('abort', () => clearTimeout(searchTimer));

  function remember(...tasks: Task[]): void {
    known.value = new Map([...known.value, ...tasks.map((task) => [task.id, task] as const)]);
  }

  function put(task: Task): void {
    remember(task);
    const others = items.value.filter(({ id }) => id !== task.id);
    const listed = others.length < items.value.length;
    // A search shows what the server found; a change elsewhere does not make a hit.
    const belongs = task.archived === archived.value && (listed || search.value === '');
    if (!belongs) {
      items.value = others;
      return;
    }
    const last = items.value.at(-1);
    // Older than the last one read: it comes with its page.
    if (!listed && hasMore.value && last && isBefore(last, task)) return;
    items.value = [...others, task].sort((one, other) => (isBefore(one, other) ? -1 : 1));
  }

  async function reload(): Promise<void> {
    load?.abort();
    const mine = (load = new AbortController());
    const signal = anySignal(lifetime, mine.signal);
    try {
      const page = await api.listTasks({ q: search.value, archived: archived.value }, signal);
      if (mine.signal.aborted) return;
      batch(() => {
        remember(...page.items);
        const older = page.next_cursor === null ? [] : olderThan(page.items, items.value);
        items.value = [...page.items, ...older];
        // What was read further down stays, and so does its cursor.
        if (older.length === 0) {
          cursor.value = page.next_cursor;
          hasMore.value = page.next_cursor !== null;
        }
        phase.value = 'ready';
        fault.value = null;
      });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      batch(() => {
        fault.value = error;
        if (phase.value === 'loading') phase.value = 'failed';
      });
    }
  }

  /** Another list is shown: the old rows go at once. */
  function startOver(): void {
    batch(() => {
      phase.value = 'loading';
      items.value = [];
      cursor.value = null;
      hasMore.value = false;
      generation++;
    });
    void reload();
  }

  return {
    phase,
    fault,
    items,
    hasMore,
    loadingMore,
    search,
    archived,
    find: (id) => known.value.get(id),
    remember: (task) => remember(task),
    reload,

    setSearch(text) {
      if (text === search.value) return;
      search.value = text;
      clearTimeout(searchTimer);
      searchTimer = setTimeout(startOver, text === '' ? 0 : SEARCH_DELAY_MS);
    },

    setArchived(value) {
      if (value === archived.value) return;
      archived.value = value;
      startOver();
    },

    async loadMore() {
      if (cursor.value === null || loadingMore.value || phase.value !== 'ready') return;
      loadingMore.value = true;
      const asked = generation;
      try {
        const page = await api.listTasks(
          { cursor: cursor.value, q: search.value, archived: archived.value },
          lifetime,
        );
        if (asked !== generation) return;
        batch(() => {
          remember(...page.items);
          const shown = new Set(items.value.map(({ id }) => id));
          items.value = [...items.value, ...page.items.filter(({ id }) => !shown.has(id))];
          cursor.value = page.next_cursor;
          hasMore.value = page.next_cursor !== null;
        });
      } finally {
        loadingMore.value = false;
      }
    },

    async create(input) {
      const task = await api.createTask(input);
      put(task);
      return task;
    },

    async patch(id, patch) {
      const before = known.value.get(id);
      const { read_through, ...shown } = patch;
      if (before) put({ ...before, ...shown, ...(read_through ? { unread: false } : {}) });
      try {
        put(await api.patchTask(id, patch));
      } catch (error) {
        if (before) put(before);
        throw error;
      }
    },

    async remove(id) {
      const before = items.value;
      items.value = before.filter((task) => task.id !== id);
      try {
        await api.deleteTask(id);
      } catch (error) {
        items.value = before;
        throw error;
      }
    },

    async restore(id) {
      put(await api.restoreTask(id));
    },

    applyEvent(name, task) {
      if (name === 'task.deleted' || !('status' in task)) {
        items.value = items.value.filter(({ id }) => id !== task.id);
      } else {
        put(task);
      }
    },
  };
}

/** Order of the server's list: newest change first, then by id, both downwards. */
function isBefore(one: Task, other: Task): boolean {
  if (one.updated_at !== other.updated_at) return one.updated_at > other.updated_at;
  return one.id > other.id;
}

/** What was read before, below the last row of a fresh first page. */
function olderThan(page: readonly Task[], before: readonly Task[]): Task[] {
  const last = page.at(-1);
  const inPage = new Set(page.map(({ id }) => id));
  return last ? before.filter((task) => !inPage.has(task.id) && isBefore(last, task)) : [];
}
