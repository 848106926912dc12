import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { EngineInfo, EngineList, Task, User } from '@zcbot/protocol/http';
import type { TaskEventName } from '@zcbot/protocol/run-events';
import type { EventSourceMessage } from 'eventsource-parser';
import { createClient } from './api/client.ts';
import { createEndpoints, type Endpoints } from './api/endpoints.ts';
import type { Conversation } from './chat/conversation.ts';
import { createConversations } from './chat/conversations.ts';
import { createDrafts, NEW_TASK_DRAFT, type Drafts } from './composer/drafts.ts';
import { createOutbox, outboxPrefix, parseEntry, randomId, type Outbox } from './outbox/outbox.ts';
import { createSender, type Sender } from './outbox/sender.ts';
import type { TokenSource } from './session/session.ts';
import type { KeyValueStorage } from './storage/storage.ts';
import { readMessage } from './stream/read-message.ts';
import { createStreamSlots } from './stream/slots.ts';
import { startTabStream, type TabStream } from './stream/tab-stream.ts';
import { createTaskList, type TaskList } from './tasks/task-list.ts';

/** What the chat pane shows: a task, or the place where the next one begins. */
export type View = { kind: 'task'; taskId: string } | { kind: 'new'; key: string };

const POLL_RUNNING_MS = 2_000;
const POLL_IDLE_MS = 8_000;

/** Everything that belongs to one signed-in user. Disposed as a whole when the user changes. */
export interface Workspace {
  readonly userId: string;
  readonly api: Endpoints;
  readonly tasks: TaskList;
  readonly engines: ReadonlySignal<EngineList | null>;
  /** Name and address as the server has them. */
  readonly user: ReadonlySignal<User | null>;
  readonly outbox: Outbox;
  readonly sender: Sender;
  readonly drafts: Drafts;
  readonly stream: TabStream;
  readonly view: ReadonlySignal<View>;
  readonly conversation: ReadonlySignal<Conversation | null>;
  readonly lifetime: AbortSignal;
  engineOf(task: Pick<Task, 'engine'> | undefined): EngineInfo | undefined;
  openTask(taskId: string): void;
  openNew(): void;
  /** Text goes to the outbox; it is stored when this returns. */
  send(text: string): void;
  dispose(): void;
}

export function createWorkspace(settings: {
  userId: string;
  tokens: TokenSource;
  storage: KeyValueStorage;
  /** Opened first; null starts with a new task. */
  initialTaskId: string | null;
  /** Follows the view, for the address bar. */
  onView: (view: View) => void;
}): Workspace {
  const { userId, tokens, storage } = settings;
  const ended = new AbortController();
  const lifetime = ended.signal;
  const client = createClient(tokens, lifetime);
  const api = createEndpoints(client);
  const tasks = createTaskList(api, lifetime);
  const outbox = createOutbox({ storage, userId });
  const drafts = createDrafts(storage, userId);
  const engines = signal<EngineList | null>(null);
  const user = signal<User | null>(null);
  const signedIn = computed(() => tokens.token.value !== null);
  const view: Signal<View> = signal(
    settings.initialTaskId === null
      ? { kind: 'new', key: pendingNewTask() ?? randomId() }
      : { kind: 'task', taskId: settings.initialTaskId },
  );
  const conversations = createConversations({ api, lifetime, onGap: () => stream.restart() });
  const conversation = computed(() =>
    view.value.kind === 'task' ? conversations.of(view.value.taskId) : null,
  );
  const locks: LockManager | undefined = navigator.locks;

  const sender = createSender({
    outbox,
    api,
    userId,
    signedIn,
    lifetime,
    locks,
    onTaskCreated(newTaskKey, task) {
      tasks.applyEvent('task.created', task);
      followNewTask(newTaskKey, task.id);
    },
    onSent(taskId, entry, answer) {
      conversations.find(taskId)?.accepted(entry, answer);
    },
  });

  const stream = startTabStream({
    client,
    slots: createStreamSlots(locks, openChannel()),
    lifetime,
    page: document,
    cursor() {
      const run = conversation.peek()?.live.peek();
      return run ? { runId: run.runId, after: run.seq } : null;
    },
    onEvent,
    onConnected: catchUp,
    onRunGone: () => conversation.peek()?.runGone(),
    async onPoll() {
      await Promise.all([tasks.reload(), conversation.peek()?.sync()]);
      sender.kick();
    },
    pollEveryMs: () => (conversation.peek()?.live.peek() ? POLL_RUNNING_MS : POLL_IDLE_MS),
    onTokenEnded: (token) => tokens.refused(token),
  });

  /** The stream brings changes only from now on, so whatever came before is read again. */
  function catchUp(): void {
    void tasks.reload();
    void conversation
      .peek()
      ?.sync()
      .catch(() => undefined);
    if (engines.peek() === null) void loadOnce();
    sender.kick();
  }

  /** What hardly changes. The chat works without; it is tried again with the next connection. */
  async function loadOnce(): Promise<void> {
    const [list, me] = await Promise.all([
      api.engines().catch(() => null),
      api.me().catch(() => null),
    ]);
    batch(() => {
      engines.value = list;
      user.value = me;
    });
  }

  function onEvent(received: EventSourceMessage): void {
    const message = readMessage(received);
    if (message?.kind === 'task') onTaskEvent(message.name, message.task);
    if (message?.kind !== 'run') return;
    conversation.peek()?.applyEvent(message.runId, message.seq, message.event);
  }

  function onTaskEvent(name: TaskEventName, task: Task | { id: string }): void {
    const before = tasks.find(task.id);
    tasks.applyEvent(name, task);
    const open = conversation.peek();
    if (open?.taskId !== task.id) return;
    if (!('status' in task)) {
      void open.sync().catch(() => undefined);
      return;
    }
    // Another tab or device has done something here: a run we do not watch, or one that has ended.
    const watching = open.live.peek() !== null;
    const elsewhere = before !== undefined && before.updated_at !== task.updated_at && !watching;
    if (elsewhere || (task.status !== 'idle') !== watching) void open.sync().catch(() => undefined);
  }

  function show(next: View): void {
    batch(() => {
      view.value = next;
      settings.onView(next);
    });
    if (next.kind === 'task') void loadTask(next.taskId);
  }

  /** The task that was begun here exists now: what is being written goes on in it. */
  function followNewTask(newTaskKey: string | null, taskId: string): void {
    const shown = view.peek();
    if (shown.kind !== 'new' || shown.key !== newTaskKey) return;
    drafts.move(NEW_TASK_DRAFT, taskId);
    show({ kind: 'task', taskId });
  }

  async function loadTask(taskId: string): Promise<void> {
    const opened = conversations.of(taskId);
    await Promise.all([
      opened.sync().catch(() => undefined),
      tasks.find(taskId)
        ? undefined
        : api.getTask(taskId, lifetime).then(tasks.remember, () => undefined),
    ]);
  }

  /** A message written before its task existed is still there after a reload. */
  function pendingNewTask(): string | null {
    return outbox.entries.peek().findLast(({ taskId }) => taskId === null)?.newTaskKey ?? null;
  }

  // Another run is open: the connection has to carry it.
  const stopFollowing = effect(() => {
    const run = conversation.value?.live.value?.runId;
    if (run !== undefined && run !== stream.connectedRun()) stream.restart();
  });

  /** Whichever tab holds the lock sends for all of them: the others learn of it from the storage. */
  function followOutbox({ key, oldValue, newValue }: StorageEvent): void {
    if (key !== null && !key.startsWith(outboxPrefix(userId))) return;
    const before = parseEntry(oldValue);
    const after = parseEntry(newValue);
    if (after?.taskId) followNewTask(after.newTaskKey, after.taskId);
    const sentTo = before?.taskId && !after ? conversations.find(before.taskId) : undefined;
    // The message takes the entry's place before that goes, so that nothing blinks.
    const settled = sentTo?.sync().catch(() => undefined) ?? Promise.resolve();
    void settled.then(outbox.reload);
  }

  window.addEventListener('storage', followOutbox, { signal: lifetime });
  window.addEventListener('online', () => sender.kick(), { signal: lifetime });
  window.addEventListener('pagehide', () => drafts.flush(), { signal: lifetime });
  document.addEventListener(
    'visibilitychange',
    () => {
      drafts.flush();
      if (document.visibilityState === 'visible') sender.kick();
    },
    { signal: lifetime },
  );
  for (const used of ['pointerdown', 'keydown'] as const) {
    window.addEventListener(used, () => stream.claim(), {
      signal: lifetime,
      capture: true,
      passive: true,
    });
  }

  void tasks.reload();
  if (view.value.kind === 'task') void loadTask(view.value.taskId);

  return {
    userId,
    api,
    tasks,
    engines,
    user,
    outbox,
    sender,
    drafts,
    stream,
    view,
    conversation,
    lifetime,
    engineOf: (task) => {
      const list = engines.value;
      return list?.items.find(({ id }) => id === (task?.engine ?? list.default));
    },
    openTask: (taskId) => show({ kind: 'task', taskId }),
    openNew: () => show({ kind: 'new', key: pendingNewTask() ?? randomId() }),
    send(text) {
      const target = view.peek();
      outbox.add(
        target.kind === 'task' ? { taskId: target.taskId } : { newTaskKey: target.key },
        text,
      );
      sender.kick();
    },
    dispose() {
      drafts.flush();
      stopFollowing();
      ended.abort(new DOMException('the user has changed', 'AbortError'));
    },
  };
}

function openChannel(): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel('zcbot.stream');
  } catch {
    return undefined;
  }
}
