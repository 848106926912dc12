import { batch, signal, type ReadonlySignal } from '@preact/signals';
import type { Accepted, Message } from '@zcbot/protocol/http';
import { isTerminal, type RunEvent, type SnapshotEvent } from '@zcbot/protocol/run-events';
import { ApiError } from '../api/api-error.ts';
import type { Endpoints } from '../api/endpoints.ts';
import { createLiveRun, type LiveRun, type Usage } from './live-run.ts';
import { mergeNewest } from './merge-messages.ts';

/** One task's messages, as far as they have been read, and the run that is being watched. */
export interface Conversation {
  readonly taskId: string;
  readonly phase: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  /** Why loading failed. */
  readonly fault: ReadonlySignal<ApiError | null>;
  /** Oldest first. The answer being written is among them; its parts are in `live`. */
  readonly messages: ReadonlySignal<readonly Message[]>;
  readonly live: ReadonlySignal<LiveRun | null>;
  readonly olderLoading: ReadonlySignal<boolean>;
  readonly hasOlder: ReadonlySignal<boolean>;
  /** What runs used, by run id, as far as this page has seen it. */
  readonly usage: ReadonlyMap<string, Usage>;
  /** Reads the newest page again and repairs whatever differs. */
  sync(): Promise<void>;
  loadOlder(): Promise<void>;
  /** The server has taken a message of this task. */
  accepted(message: { id: string; text: string }, answer: Accepted): void;
  /** A run was asked for (retry, continue): watch it. */
  expect(runId: string): void;
  applyEvent(runId: string, seq: number, event: RunEvent | SnapshotEvent): void;
  /** The server does not know the watched run. */
  runGone(): void;
}

export function createConversation(settings: {
  taskId: string;
  api: Pick<Endpoints, 'listMessages'>;
  /** Aborts with the user's session. */
  lifetime: AbortSignal;
  /** The stream must connect anew: a hole was found. */
  onGap: () => void;
}): Conversation {
  const { taskId, api, lifetime } = settings;
  const phase = signal<'loading' | 'ready' | 'failed'>('loading');
  const fault = signal<ApiError | null>(null);
  const messages = signal<readonly Message[]>([]);
  const live = signal<LiveRun | null>(null);
  const olderLoading = signal(false);
  const nextBefore = signal<string | null>(null);
  const hasOlder = signal(false);
  const usage = new Map<string, Usage>();
  /** Counts local changes: a page that was asked for before one of them must not undo it. */
  let changes = 0;
  let syncing: Promise<void> | null = null;
  let again = false;
  let repairing = false;
  /** The run that was last asked for as another try. */
  let expected: string | null = null;

  function update(id: string, change: Partial<Message>): void {
    changes++;
    messages.value = messages.value.map((message) =>
      message.id === id ? { ...message, ...change } : message,
    );
  }

  function watch(runId: string): LiveRun {
    if (live.value?.runId !== runId) live.value = createLiveRun(runId);
    return live.value;
  }

  function setOlder(before: string | null): void {
    nextBefore.value = before;
    hasOlder.value = before !== null;
  }

  /** The answer being written decides which run is watched, else the first message in the queue. */
  function show(page: readonly Message[], before: string | null): void {
    const { messages: merged, joined } = mergeNewest(messages.value, page);
    messages.value = merged;
    if (!joined || phase.value !== 'ready') setOlder(before);
    const watched = live.value?.runId ?? null;
    const answer = page.findLast(({ role, run_id }) => role === 'assistant' && run_id === watched);
    // An expected run may not have its answer yet; one that has ended is no longer watched.
    if (watched !== null && answer && answer.status !== 'streaming') live.value = null;
    const streaming = page.findLast(({ status }) => status === 'streaming');
    const next = streaming ?? (live.value ? null : page.find(({ status }) => status === 'queued'));
    if (next?.run_id) watch(next.run_id);
    if (streaming && live.value) {
      live.value.adopt(streaming, repairing);
      repairing = false;
    }
  }

  async function readNewest(): Promise<void> {
    do {
      again = false;
      const before = changes;
      const page = await api.listMessages(taskId, {}, lifetime);
      if (changes !== before) {
        again = true;
        continue;
      }
      batch(() => {
        show(page.items, page.next_before);
        phase.value = 'ready';
        fault.value = null;
      });
    } while (again && !lifetime.aborted);
  }

  function sync(): Promise<void> {
    if (syncing) {
      again = true;
      return syncing;
    }
    syncing = readNewest()
      .catch((error: unknown) => {
        if (lifetime.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        // What is shown outlives a failing network, but not the task itself.
        if (phase.value === 'ready' && error.status !== 404) throw error;
        batch(() => {
          phase.value = 'failed';
          fault.value = error;
        });
      })
      .finally(() => (syncing = null));
    return syncing;
  }

  function syncQuietly(): void {
    // A failed repair is tried again at the next reconnect or change.
    void sync().catch(() => undefined);
  }

  function started(runId: string, messageId: string): void {
    changes++;
    const known = messages.value.some(({ id }) => id === messageId);
    const answer: Message = {
      id: messageId,
      role: 'assistant',
      parts: [],
      status: 'streaming',
      run_id: runId,
      seq: 0,
      created_at: new Date().toISOString(),
    };
    const asked = messages.value.map((message) =>
      message.run_id === runId && message.status === 'queued'
        ? { ...message, status: 'complete' as const }
        : message,
    );
    if (known) {
      messages.value = asked;
      return;
    }
    // Messages still waiting for their turn come after the answer that is being written.
    const waitingFrom = asked.findIndex(({ status }) => status === 'queued');
    messages.value = asked.toSpliced(waitingFrom < 0 ? asked.length : waitingFrom, 0, answer);
  }

  return {
    taskId,
    phase,
    fault,
    messages,
    live,
    olderLoading,
    hasOlder,
    usage,
    sync,

    async loadOlder() {
      const before = nextBefore.value;
      if (before === null || olderLoading.value) return;
      olderLoading.value = true;
      try {
        const page = await api.listMessages(taskId, { before, limit: OLDER_PAGE_SIZE }, lifetime);
        batch(() => {
          const shown = new Set(messages.value.map(({ id }) => id));
          messages.value = [...page.items.filter(({ id }) => !shown.has(id)), ...messages.value];
          setOlder(page.next_before);
        });
      } finally {
        olderLoading.value = false;
      }
    },

    accepted({ id, text }, answer) {
      if (messages.value.some((message) => message.id === id)) {
        syncQuietly();
        return;
      }
      changes++;
      batch(() => {
        const waiting = live.value !== null;
        messages.value = [
          ...messages.value,
          {
            id,
            role: 'user',
            parts: [{ type: 'text', text }],
            status: waiting ? 'queued' : 'complete',
            run_id: answer.run_id,
            seq: 0,
            created_at: new Date().toISOString(),
          },
        ];
        if (!waiting) watch(answer.run_id);
      });
    },

    expect(runId) {
      changes++;
      expected = runId;
      watch(runId);
      syncQuietly();
    },

    applyEvent(runId, seq, event) {
      const run = live.value;
      if (run?.runId !== runId) return;
      const applied = run.apply(seq, event);
      if (applied === 'gap') {
        repairing = true;
        void sync()
          .catch(() => undefined)
          .then(settings.onGap);
        return;
      }
      if (applied === 'repeated') return;
      if (event.type === 'run.started') {
        started(runId, event.message_id);
        // The answer to an older question belongs there; the page knows where that is.
        if (expected === runId) syncQuietly();
      }
      if (!isTerminal(event)) return;
      if (run.usage) usage.set(runId, run.usage);
      batch(() => {
        update(event.message_id, {
          status: STATUS_AFTER[event.type],
          seq: 0,
          ...(event.message_id === answerOf(runId) ? { parts: [...run.parts] } : {}),
          ...(event.type === 'run.failed'
            ? { error: { code: event.code, message: event.message } }
            : {}),
        });
        live.value = null;
      });
      // Whatever waits in the queue starts now; the page tells which run that is.
      syncQuietly();
    },

    runGone() {
      live.value = null;
      syncQuietly();
    },
  };

  function answerOf(runId: string): string | undefined {
    return messages.value.findLast(({ role, run_id }) => role === 'assistant' && run_id === runId)
      ?.id;
  }
}

const OLDER_PAGE_SIZE = 50;

const STATUS_AFTER = {
  'run.completed': 'complete',
  'run.stopped': 'stopped',
  'run.interrupted': 'interrupted',
  'run.failed': 'failed',
} as const;
