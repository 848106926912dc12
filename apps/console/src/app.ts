import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { Bridge } from './bridge/bridge.ts';
import { t } from './i18n/i18n.ts';
import type { Launch } from './launch.ts';
import { createEmbedSession } from './session/embed-session.ts';
import { createStandaloneSession, type StandaloneSession } from './session/standalone-session.ts';
import { STANDALONE_KEY } from './session/session-record.ts';
import type { Session } from './session/session.ts';
import type { KeyValueStorage } from './storage/storage.ts';
import { clearToasts } from './ui/toasts.tsx';
import { createWorkspace, type View, type Workspace } from './workspace.ts';

/** What the components are given: who is signed in, and that user's workspace. */
export interface App {
  readonly embedded: boolean;
  readonly session: Session;
  readonly storage: KeyValueStorage;
  /** Null until somebody is signed in. */
  readonly workspace: ReadonlySignal<Workspace | null>;
  /** Embedded: asks the parent for a token once more. */
  retrySignIn(): void;
  /** Standalone: the token of a fresh login. */
  signIn(token: string): void;
  signOut(): Promise<void>;
}

/** @param bridge to the parent, in embed mode */
export function createApp(launch: Launch, bridge: Bridge | null, storage: KeyValueStorage): App {
  const embedded = launch.mode.kind === 'embed';
  const { session, retrySignIn, standalone } = openSession(launch, bridge, storage);
  const workspace = signal<Workspace | null>(null);
  // The address names a task for the first accepted entry only.
  let initialTaskId = launch.taskId;

  effect(() => {
    const state = session.state.value;
    const userId = state.phase === 'active' ? state.identity.userId : null;
    untracked(() => {
      const before = workspace.value;
      if (before?.userId === userId) return;
      before?.dispose();
      clearToasts();
      if (before) writeAddress(null, 'replace');
      // The last user's task must not go on standing in the tab's title.
      document.title = t('app.name');
      workspace.value =
        userId === null
          ? null
          : createWorkspace({ userId, tokens: session, storage, initialTaskId, onView });
      if (userId !== null) initialTaskId = null;
    });
  });

  function onView(view: View): void {
    // Inside a frame every new entry would be one more "back" for the page around it.
    writeAddress(view.kind === 'task' ? view.taskId : null, embedded ? 'replace' : 'push');
  }

  if (!embedded) {
    window.addEventListener('popstate', () => {
      const taskId = new URLSearchParams(location.search).get('task_id');
      if (taskId) workspace.value?.openTask(taskId);
      else workspace.value?.openNew();
    });
  }

  return {
    embedded,
    session,
    storage,
    workspace,
    retrySignIn,
    signIn: (token) => standalone?.signIn(token),
    async signOut() {
      workspace.value?.drafts.flush();
      // Ends the token on the server; without a network it ends here all the same.
      await workspace.value?.api.logout().catch(() => undefined);
      standalone?.signOut();
    },
  };
}

function openSession(
  { mode }: Launch,
  bridge: Bridge | null,
  storage: KeyValueStorage,
): { session: Session; retrySignIn: () => void; standalone: StandaloneSession | null } {
  if (mode.kind === 'embed' && bridge) {
    const session = createEmbedSession({ parentOrigin: mode.parentOrigin, storage });
    session.start(bridge);
    return { session, retrySignIn: session.retry, standalone: null };
  }
  const session = createStandaloneSession({ storage });
  window.addEventListener('storage', ({ key }) => {
    if (key === null || key === STANDALONE_KEY) session.followOtherTab();
  });
  return { session, retrySignIn: () => {}, standalone: session };
}

/** Keeps `task_id` in the address, so that a reload comes back to the open task. */
function writeAddress(taskId: string | null, how: 'push' | 'replace'): void {
  const url = new URL(location.href);
  if (url.searchParams.get('task_id') === taskId) return;
  if (taskId === null) url.searchParams.delete('task_id');
  else url.searchParams.set('task_id', taskId);
  if (how === 'push') history.pushState(null, '', url);
  else history.replaceState(null, '', url);
}
